#include "vecstore/evaluation.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/utf8.h"
#include "rag/eval/judgements.h"
#include "rag/eval/resampling.h"

namespace vecstore {
namespace {

using Rankings = std::vector<std::vector<std::string>>;  // ids by query

Rankings ids_of(const RankedRun& run) {
  Rankings ids(run.rankings.size());
  for (std::size_t q = 0; q < ids.size(); ++q)
    for (const RankedHit& hit : run.rankings[q]) ids[q].push_back(hit.id);
  return ids;
}

Status check_wanted(const Resampling& how) {
  return how.cancelled() ? Status(Code::kCancelled, "the evaluation was called off") : Status();
}

Result<std::vector<double>> measure(const RankingMetric& metric, const Rankings& rankings,
                                    const std::vector<JudgedQuery>& queries,
                                    const Resampling& how) {
  std::vector<double> values(queries.size());
  for (std::size_t q = 0; q < queries.size(); ++q) {
    VECSTORE_TRY(check_wanted(how));
    values[q] = metric.measure(rankings[q], queries[q].grades);
    if (!std::isfinite(values[q]))
      return invalid_argument("metric '" + shorten(metric.name) + "' gives no number for query '" +
                              shorten(queries[q].id) + "'");
  }
  return values;
}

double mean(const std::vector<double>& values) {
  if (values.empty()) return 0;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

void keep_hits(const RankedRun& from, const std::vector<JudgedQuery>& queries, EvaluatedRun& run) {
  std::size_t looked_at = 0, judged = 0;
  for (std::size_t q = 0; q < queries.size(); ++q) {
    std::vector<EvaluatedHit> kept;
    for (const RankedHit& hit : from.rankings[q]) {
      if (kept.size() == kKeptHits) break;
      const auto found = queries[q].grades.find(hit.id);
      const bool known = found != queries[q].grades.end();
      kept.push_back({hit.id, hit.score, known, known ? found->second : 0});
      judged += known;
    }
    looked_at += kept.size();
    run.hits.push_back(std::move(kept));
  }
  run.judged = looked_at == 0 ? 1 : static_cast<double>(judged) / static_cast<double>(looked_at);
}

void draw_curves(const Rankings& rankings, const std::vector<JudgedQuery>& queries,
                 EvaluatedRun& run) {
  run.recall.assign(kCurvePoints, 0);
  run.precision.assign(kCurvePoints, 0);
  for (std::size_t q = 0; q < queries.size(); ++q) {
    const auto relevant = static_cast<double>(relevant_count(queries[q].grades));
    double found = 0;
    std::size_t rank = 0;
    for (std::size_t point = 0; point < kCurvePoints; ++point) {
      for (; rank < std::min(kCurveDepths[point], rankings[q].size()); ++rank) {
        const auto judged = queries[q].grades.find(rankings[q][rank]);
        found += judged != queries[q].grades.end() && judged->second > 0;
      }
      run.precision[point] += found / static_cast<double>(kCurveDepths[point]);
      run.recall[point] += relevant == 0 ? 0 : found / relevant;
    }
  }
  for (auto* curve : {&run.recall, &run.precision})
    for (double& one : *curve) one /= static_cast<double>(queries.size());
}

bool same_name_elsewhere(const EvaluatedRun& a, const EvaluatedRun& b) {
  return a.name == b.name && a.set != b.set;
}

// The later run against the earlier: what is new stands for a.
std::vector<std::pair<std::size_t, std::size_t>> pairs_to_compare(
    const std::vector<EvaluatedRun>& runs) {
  std::vector<std::pair<std::size_t, std::size_t>> all, alike;
  for (std::size_t a = 0; a < runs.size(); ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      all.emplace_back(a, b);
      if (same_name_elsewhere(runs[a], runs[b])) alike.emplace_back(a, b);
    }
  }
  return alike.empty() ? all : alike;
}

// Where the names of `wanted` stand in `there`; none for one that is not.
template <typename Names>
std::vector<std::size_t> places_of(const std::vector<std::string>& wanted, const Names& there) {
  std::map<std::string, std::size_t> known;
  for (std::size_t i = 0; i < there.size(); ++i) known.emplace(there[i], i);
  std::vector<std::size_t> places;
  for (const std::string& name : wanted)
    if (const auto found = known.find(name); found != known.end()) places.push_back(found->second);
  return places;
}

std::vector<std::string> query_ids(const Evaluation& evaluation) {
  std::vector<std::string> ids;
  for (const EvaluatedQuery& query : evaluation.queries) ids.push_back(query.id);
  return ids;
}

// Those of `names` that `others` have too.
std::vector<std::string> common_of(const std::vector<std::string>& names,
                                   const std::vector<std::string>& others) {
  std::vector<std::string> common;
  for (const std::string& name : names)
    if (!places_of({name}, others).empty()) common.push_back(name);
  return common;
}

// What a part of the queries and metrics of a run is; its curve is that of all its queries.
EvaluatedRun part_of(const EvaluatedRun& run, const std::vector<std::size_t>& metrics,
                     const std::vector<std::size_t>& queries) {
  EvaluatedRun part = run;
  part.values.clear();
  part.hits.clear();
  for (const std::size_t m : metrics) {
    part.values.emplace_back();
    for (const std::size_t q : queries) part.values.back().push_back(run.values[m][q]);
  }
  for (const std::size_t q : queries) part.hits.push_back(run.hits[q]);
  return part;
}

}  // namespace

Result<Evaluation> evaluate(const std::vector<JudgedQuery>& queries,
                            const std::vector<RankedRun>& runs,
                            const std::vector<RankingMetric>& metrics, const Resampling& how) {
  Evaluation evaluation;
  evaluation.resampling = how;
  for (const RankingMetric& metric : metrics) evaluation.metrics.push_back(metric.name);
  for (const JudgedQuery& query : queries)
    evaluation.queries.push_back({query.id, query.text, relevant_count(query.grades)});
  for (const RankedRun& from : runs) {
    if (from.rankings.size() != queries.size())
      return invalid_argument("run '" + from.name + "' has " +
                              std::to_string(from.rankings.size()) + " rankings for " +
                              std::to_string(queries.size()) + " queries");
    EvaluatedRun run;
    run.name = from.name;
    run.took_ms = from.took_ms;
    const Rankings rankings = ids_of(from);
    for (const RankingMetric& metric : metrics) {
      VECSTORE_ASSIGN(std::vector<double> values, measure(metric, rankings, queries, how));
      run.values.push_back(std::move(values));
    }
    keep_hits(from, queries, run);
    draw_curves(rankings, queries, run);
    evaluation.runs.push_back(std::move(run));
  }
  summarize(evaluation);
  VECSTORE_TRY(check_wanted(how));
  evaluation.resampling.cancel.reset();
  return evaluation;
}

void summarize(Evaluation& evaluation) {
  for (EvaluatedRun& run : evaluation.runs) {
    run.means.clear();
    run.intervals.clear();
    for (const std::vector<double>& values : run.values) {
      run.means.push_back(mean(values));
      run.intervals.push_back(mean_interval(values, evaluation.resampling));
    }
  }
  evaluation.comparisons.clear();
  const auto pairs = pairs_to_compare(evaluation.runs);
  for (std::size_t metric = 0; metric < evaluation.metrics.size(); ++metric) {
    std::vector<double> p;
    for (const auto& [a, b] : pairs) {
      const PairedTest test = paired_test(evaluation.runs[a].values[metric],
                                          evaluation.runs[b].values[metric], evaluation.resampling);
      evaluation.comparisons.push_back({metric, a, b, test, 1});
      p.push_back(test.p_randomisation);
    }
    const std::vector<double> adjusted = holm_adjusted(p);
    for (std::size_t i = 0; i < adjusted.size(); ++i)
      evaluation.comparisons[metric * pairs.size() + i].p = adjusted[i];
  }
}

Result<Evaluation> join_evaluations(const std::vector<std::pair<std::string, Evaluation>>& named) {
  if (named.empty()) return invalid_argument("no evaluation to join");
  const Evaluation& first = named.front().second;
  std::vector<std::string> metrics = first.metrics, ids = query_ids(first);
  for (const auto& [name, one] : named) {
    metrics = common_of(metrics, one.metrics);
    ids = common_of(ids, query_ids(one));
  }
  if (metrics.empty()) return invalid_argument("the reports have no metric in common");
  if (ids.empty()) return invalid_argument("the reports have no query in common");
  Evaluation joined;
  joined.metrics = metrics;
  joined.resampling = first.resampling;
  joined.unjudged_queries = first.unjudged_queries;
  for (const std::size_t q : places_of(ids, query_ids(first)))
    joined.queries.push_back(first.queries[q]);
  for (const auto& [name, one] : named) {
    const auto query_places = places_of(ids, query_ids(one));
    for (const EvaluatedRun& run : one.runs) {
      joined.runs.push_back(part_of(run, places_of(metrics, one.metrics), query_places));
      joined.runs.back().set = run.set.empty() ? name : name + ": " + run.set;
    }
  }
  summarize(joined);
  return joined;
}

}  // namespace vecstore
