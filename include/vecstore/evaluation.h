// How good rankings are by what people judged, how sure that is, and which differences are more than chance. Link vecstore::rag and write:
//
//   auto queries = vecstore::read_judged_queries("questions.jsonl").value();
//   vecstore::RankedRun run{.name = "both"};
//   for (const auto& query : queries) run.rankings.push_back(ids_of(rag.retrieve(query.text)));
//   auto found = vecstore::evaluate(queries, {run}, vecstore::ranking_metrics("ndcg@10,mrr@10").value()).value();
//   std::printf("%.4f\n", found.runs[0].means[0]);
//
// What the numbers mean: docs/guide/evaluation.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "vecstore/cancel.h"
#include "vecstore/status.h"
#include "vecstore/value.h"

namespace vecstore {

// Of one query: documents to grades. From 1 on a document is relevant.
using Grades = std::unordered_map<std::string, int>;

struct JudgedQuery {
  std::string id = {};
  std::string text = {};
  Grades grades = {};
};

// Of a file with an object on each line, {"id", "text", "relevant"}, the last a list of documents or an object of documents and grades; those
// without judgements are left out. kInvalidArgument names the line, kNotFound the file.
Result<std::vector<JudgedQuery>> read_judged_queries(const std::string& path);

// What a search gave: for each query its hits, best first. Any ids will do that the judgements have: of records, or of whole documents.
struct RankedHit {
  std::string id = {};
  double score = 0;
};
struct RankedRun {
  std::string name = {};
  double took_ms = 0;
  std::vector<std::vector<RankedHit>> rankings = {};
};

// One of those that ranking_metric() knows, or a function of your own.
struct RankingMetric {
  std::string name = {};
  // `ranking` is best first and has no id twice. Its own order counts, where trec_eval would order equal scores by id. Larger is better; must
  // be finite.
  std::function<double(std::span<const std::string> ranking, const Grades& grades)> measure = {};
};

// recall@k, precision@k, hit_rate@k, mrr, map and ndcg, the last three also with a depth, as trec_eval defines them; kInvalidArgument for
// another name, and for a k that is missing or 0.
Result<RankingMetric> ranking_metric(std::string_view name);
// "ndcg@10,recall@100": at least one, none twice.
Result<std::vector<RankingMetric>> ranking_metrics(std::string_view list);

inline constexpr std::string_view kUsualMetrics = "ndcg@10,mrr@10,map,recall@100";

// How intervals and p are drawn. Cost: samples times values; 10,000 times 225 take about 10 ms.
struct Resampling {
  std::size_t samples = 10000;
  std::uint64_t seed = 1;    // the same one gives the same bits on every machine
  double confidence = 0.95;  // of intervals
  // Ends the drawing within milliseconds: what comes back then means nothing. Never kept in a report.
  std::optional<CancelToken> cancel = {};

  bool cancelled() const { return cancel && cancel->cancelled(); }
};

struct Interval {
  double low = 0, high = 0;

  bool operator==(const Interval&) const = default;
};

// a minus b, of the same queries in the same order.
struct PairedTest {
  double difference = 0;  // of the means
  Interval interval = {};
  // How likely a difference as large comes about by chance alone, in either direction. By exchanging a and b of queries at random (all ways
  // where there are no more than `samples`), and by drawing queries from differences moved to a mean of 0.
  double p_randomisation = 1;
  double p_bootstrap = 1;
};

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

// The metrics of every run, and of all pairs of runs what differs. kInvalidArgument when a metric gives what is no number, with its name and
// the query's; kCancelled by the token of `how`.
Result<Evaluation> evaluate(const std::vector<JudgedQuery>& queries, const std::vector<RankedRun>& runs,
                            const std::vector<RankingMetric>& metrics, const Resampling& how = {});

// Means, intervals and comparisons, of the values. All pairs of runs are compared, but where reports were joined only runs of one name in
// different sets, if there are any.
void summarize(Evaluation& evaluation);

// One evaluation of the queries and metrics that all of them have, the runs of each under its name as their set; what the others lack is left
// out. kInvalidArgument when nothing is common.
Result<Evaluation> join_evaluations(const std::vector<std::pair<std::string, Evaluation>>& named);

// A page for people, one file that asks nothing of a network and runs no script: means with intervals, differences of pairs and of each query,
// recall and precision by depth, and the queries that fared worst with their hits.
std::string html_report(const Evaluation& evaluation);

// What `vecstore eval --report FILE.json` keeps, and back: means, intervals and comparisons are made anew from the values. kInvalidArgument,
// with the member, for anything else.
Object evaluation_object(const Evaluation& evaluation);
Result<Evaluation> evaluation_of(const Value& json);

}  // namespace vecstore
