// Which codes and how wide a walk serve a collection best, measured on its own graphs and vectors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vecstore/metric.h"
#include "vecstore/options.h"
#include "vecstore/query.h"
#include "vecstore/vector.h"

namespace vecstore {

// What is best among the settings that keep within the limits of TuneOptions. kBalanced: the least p95_ms x memory_bytes. kMaxRecall: the most
// recall, and of those within 0.001 of it the fastest. kMinLatency: the least p95_ms. kMinMemory: the least memory_bytes, then p95_ms.
enum class TuneGoal : unsigned char { kBalanced, kMaxRecall, kMinLatency, kMinMemory };
std::string_view tune_goal_name(TuneGoal goal);  // "balanced", "max_recall", "min_latency", "min_memory"
Result<TuneGoal> parse_tune_goal(std::string_view name);

struct TuneOptions {
  std::string field = "vector";
  TuneGoal goal = TuneGoal::kBalanced;
  double min_recall = 0.95;            // of the k nearest, 0 to 1: what is found of a sample, and at most 0.01 less with 95 % confidence
  double max_latency_ms = 0;           // of 95 of 100 queries, by one thread, with everything in memory; 0: any
  std::uint64_t max_memory_bytes = 0;  // of codes and graphs; 0: any
  std::size_t k = 10;                  // 1 to kMaxK
  // What users ask, if it is known: each of the field's dimension, at most kMaxK. Empty: `queries` of the records that have a graph, drawn by
  // `seed`; a walk goes around the one that it asks with.
  std::vector<DenseVector> questions = {};
  std::size_t queries = 300;           // 10 to kMaxK
  std::uint64_t seed = 42;
  std::optional<CancelToken> cancel = {};
};

// One setting, tried with all queries.
struct TuneTrial {
  Quantization quantization = Quantization::kSq4;
  std::uint32_t ef = 0;            // of HnswOptions::ef_search, or Query::ef
  double recall = 0;               // share of the k nearest, or others as near, on average
  double least_recall = 0;         // with 95 % confidence the mean of all such queries is not below
  double p50_ms = 0, p95_ms = 0;
  std::uint64_t memory_bytes = 0;  // of codes and graphs, were all graphs of the field coded so
  bool fits = false;               // within the limits
};

struct TuneReport {
  std::string field = {};
  TuneGoal goal = TuneGoal::kBalanced;
  Quantization quantization = Quantization::kSq4;  // in use
  std::uint32_t ef_search = 0;                     // in use
  std::uint64_t rows = 0;     // with a graph
  std::uint64_t others = 0;   // without: looked at one by one, or by codes of their own, whatever the setting
  std::uint64_t queries = 0;
  std::uint64_t k = 0;
  std::vector<TuneTrial> trials = {};        // by quantization, most bits first, then by ef
  std::optional<std::size_t> best = {};      // among the trials; none when none fits
  std::size_t nearest = 0;                   // the trial with the most recall: what to look at when none fits
};

}  // namespace vecstore
