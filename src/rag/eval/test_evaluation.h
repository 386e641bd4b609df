// A small evaluation: three queries, two runs, one of them better.
#pragma once

#include "vecstore/evaluation.h"

namespace vecstore {

inline Evaluation small_evaluation(const std::string& metrics = "mrr,recall@2") {
  const std::vector<JudgedQuery> queries = {
      {"q1", "red & <script>alert(1)</script>", {{"a", 1}, {"b", 0}}},
      {"q2", "blue", {{"b", 2}}},
      {"q3", "green", {{"c", 1}, {"a", 1}}}};
  const RankedRun first = {"text", 12.5, {{{"b", 2}, {"a", 1}}, {{"x", 3}, {"b", 1}}, {}}};
  const RankedRun second = {
      "hybrid", 20, {{{"a", 2}}, {{"b", 3}, {"x", 1}}, {{"c", 1}, {"a", 0.5}}}};
  return evaluate(queries, {first, second}, ranking_metrics(metrics).value(), {.samples = 1000})
      .value();
}

}  // namespace vecstore
