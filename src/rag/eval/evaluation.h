// How well configurations of search answer judged queries: each metric for each query, its mean
// with an interval, and which differences are more than chance.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "rag/eval/ranking_metrics.h"
#include "rag/eval/resampling.h"

namespace vecstore {

struct EvaluatedQuery {
  std::string id = {};
  std::string text = {};
  std::size_t relevant = 0;  // documents
};

struct EvaluatedHit {
  std::string id = {};
  double score = 0;
  bool judged = false;
  int grade = 0;  // where judged

  bool operator==(const EvaluatedHit&) const = default;
};

// Depths at which recall and precision are told for a curve.
inline constexpr std::size_t kCurveDepths[] = {1, 2, 3, 5, 10, 20, 50, 100};
inline constexpr std::size_t kCurvePoints = std::size(kCurveDepths);
// How many hits of each query are kept for whoever reads the report.
inline constexpr std::size_t kKeptHits = 10;

// One way to search. `values` and `hits` are in the order of the metrics and queries.
struct EvaluatedRun {
  std::string name = {};  // "hybrid"
  std::string set = {};   // "before", where several reports were joined
  double took_ms = 0;
  std::vector<std::vector<double>> values = {};      // by metric, then query
  std::vector<std::vector<EvaluatedHit>> hits = {};  // by query, the best kKeptHits
  std::vector<double> recall = {}, precision = {};   // means at kCurveDepths
  double judged = 0;  // the share of the first kKeptHits that somebody judged

  // Of `values`; made by summarize().
  std::vector<double> means = {};
  std::vector<Interval> intervals = {};

  // "before: hybrid".
  std::string title() const { return set.empty() ? name : set + ": " + name; }
};

// Run a against run b, by their places.
struct ComparedMetric {
  std::size_t metric = 0, a = 0, b = 0;
  PairedTest test = {};
  double p = 1;  // that of the randomisation, by Holm's rule for all pairs of one metric
};

struct Evaluation {
  std::vector<std::string> metrics = {};
  std::vector<EvaluatedQuery> queries = {};
  std::vector<EvaluatedRun> runs = {};
  std::vector<ComparedMetric> comparisons = {};
  std::size_t unjudged_queries = 0;  // left out
  Resampling resampling = {};
};

// What a search gave: for each query its hits, best first.
struct RankedHit {
  std::string id = {};
  double score = 0;
};
struct RankedRun {
  std::string name = {};
  double took_ms = 0;
  std::vector<std::vector<RankedHit>> rankings = {};
};

struct JudgedQuery {
  std::string id = {};
  std::string text = {};
  Grades grades = {};
};

// kInvalidArgument when a metric gives what is no number, with its name and the query's; kCancelled
// by the token of `how`.
Result<Evaluation> evaluate(const std::vector<JudgedQuery>& queries,
                            const std::vector<RankedRun>& runs,
                            const std::vector<RankingMetric>& metrics, const Resampling& how);

// Means, intervals and comparisons, of the values. All pairs of runs are compared, but where
// reports were joined only runs of one name in different sets, if there are any.
void summarize(Evaluation& evaluation);

// One evaluation of the queries and metrics that all of them have, the runs of each under its name
// as their set; what the others lack is left out. kInvalidArgument when nothing is common.
Result<Evaluation> join_evaluations(const std::vector<std::pair<std::string, Evaluation>>& named);

}  // namespace vecstore
