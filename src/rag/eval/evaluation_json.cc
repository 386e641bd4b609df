// {"format", "metrics", "modes": [{"mode", "set"?, METRIC: mean…, "queries", "took_ms",
// "intervals": {METRIC: [low, high]}, "judged", "curve"}], "comparisons", "resampling", "queries":
// [{"id", "text", "relevant", "modes": {TITLE: {"values", "hits"}}}], "unjudged_queries"}.
#include <algorithm>
#include <cmath>
#include <optional>

#include "base/utf8.h"
#include "rag/eval/judgements.h"
#include "rag/eval/resampling.h"
#include "vecstore/evaluation.h"

namespace vecstore {
namespace {

constexpr std::string_view kFormat = "vecstore evaluation 1";

Value count_of(std::size_t n) { return static_cast<std::int64_t>(n); }

List list_of(const std::vector<double>& values) { return {values.begin(), values.end()}; }

List pair_of(const Interval& interval) { return List{interval.low, interval.high}; }

Object curve_object(const EvaluatedRun& run) {
  List depths;
  for (const std::size_t depth : kCurveDepths) depths.push_back(count_of(depth));
  return {{"k", std::move(depths)},
          {"recall", list_of(run.recall)},
          {"precision", list_of(run.precision)}};
}

Object run_object(const Evaluation& evaluation, const EvaluatedRun& run) {
  Object object{{"mode", run.name}};
  if (!run.set.empty()) object["set"] = run.set;
  Object intervals;
  for (std::size_t m = 0; m < evaluation.metrics.size(); ++m) {
    object[evaluation.metrics[m]] = run.means[m];
    intervals[evaluation.metrics[m]] = pair_of(run.intervals[m]);
  }
  object["queries"] = count_of(evaluation.queries.size());
  object["took_ms"] = run.took_ms;
  object["intervals"] = std::move(intervals);
  object["judged"] = run.judged;
  object["curve"] = curve_object(run);
  return object;
}

Object comparison_object(const Evaluation& evaluation, const ComparedMetric& one) {
  return {{"metric", evaluation.metrics[one.metric]}, {"a", evaluation.runs[one.a].title()},
          {"b", evaluation.runs[one.b].title()},      {"difference", one.test.difference},
          {"interval", pair_of(one.test.interval)},   {"p_randomisation", one.test.p_randomisation},
          {"p_bootstrap", one.test.p_bootstrap},      {"p_holm", one.p}};
}

Object query_object(const Evaluation& evaluation, std::size_t q) {
  Object modes;
  for (const EvaluatedRun& run : evaluation.runs) {
    List values, hits;
    for (const auto& of_metric : run.values) values.emplace_back(of_metric[q]);
    for (const EvaluatedHit& hit : run.hits[q])
      hits.emplace_back(Object{{"id", hit.id},
                               {"score", hit.score},
                               {"grade", hit.judged ? Value(hit.grade) : Value()}});
    modes[run.title()] = Object{{"values", std::move(values)}, {"hits", std::move(hits)}};
  }
  const EvaluatedQuery& query = evaluation.queries[q];
  return {{"id", query.id},
          {"text", query.text},
          {"relevant", count_of(query.relevant)},
          {"modes", std::move(modes)}};
}

// Reads one object; the first member that is not as it has to be is the error.
class MemberReader {
 public:
  MemberReader(const Value* value, std::string what) : what_(std::move(what)) {
    object_ = value ? value->as_object() : nullptr;
    if (!object_) fail("", "is no object");
  }

  const Value* any(std::string_view name) { return object_ ? object_->find(name) : nullptr; }

  std::string text(std::string_view name) {
    const Value* value = any(name);
    if (value && value->as_string()) return *value->as_string();
    return fail(name, "is no string"), "";
  }
  double number(std::string_view name) { return number_of(any(name), name); }
  std::size_t count(std::string_view name) {
    const Value* value = any(name);
    if (value && value->as_int() && *value->as_int() >= 0)
      return static_cast<std::size_t>(*value->as_int());
    return fail(name, "is no count"), 0;
  }
  const List& list(std::string_view name) {
    static const List kNone;
    const Value* value = any(name);
    if (value && value->as_list()) return *value->as_list();
    return fail(name, "is no list"), kNone;
  }
  std::vector<double> numbers(std::string_view name, std::size_t size) {
    std::vector<double> read;
    for (const Value& one : list(name)) read.push_back(number_of(&one, name));
    if (read.size() != size) fail(name, "has not " + std::to_string(size) + " numbers");
    read.resize(size);
    return read;
  }

  const Status& status() const { return status_; }

 private:
  double number_of(const Value* value, std::string_view name) {
    if (value && value->as_double()) return *value->as_double();
    if (value && value->as_int()) return static_cast<double>(*value->as_int());
    return fail(name, "is no number"), 0;
  }
  void fail(std::string_view name, const std::string& why) {
    if (!status_.ok()) return;
    const std::string member = name.empty() ? "" : " '" + shorten(name) + "'";
    status_ = invalid_argument(what_ + member + " " + why);
  }

  const Object* object_ = nullptr;
  std::string what_;
  Status status_ = {};
};

Result<EvaluatedHit> read_hit(const Value& json, const std::string& what) {
  MemberReader reader(&json, what + " hit");
  EvaluatedHit hit{reader.text("id"), reader.number("score"), false, 0};
  const Value* grade = reader.any("grade");
  hit.judged = grade && grade->as_int() && std::abs(*grade->as_int()) <= kMaxGrade;
  if (hit.judged) hit.grade = static_cast<int>(*grade->as_int());
  VECSTORE_TRY(reader.status());
  return hit;
}

Result<EvaluatedRun> read_run(const Value& json, std::size_t metrics) {
  MemberReader reader(&json, "a mode");
  EvaluatedRun run;
  run.name = reader.text("mode");
  if (reader.any("set")) run.set = reader.text("set");
  run.took_ms = reader.number("took_ms");
  run.judged = reader.number("judged");
  MemberReader curve(reader.any("curve"), "'curve'");
  run.recall = curve.numbers("recall", kCurvePoints);
  run.precision = curve.numbers("precision", kCurvePoints);
  run.values.resize(metrics);
  VECSTORE_TRY(reader.status());
  VECSTORE_TRY(curve.status());
  return run;
}

Status read_query(const Value& json, Evaluation& evaluation) {
  MemberReader reader(&json, "a query");
  evaluation.queries.push_back({reader.text("id"), reader.text("text"), reader.count("relevant")});
  VECSTORE_TRY(reader.status());
  const std::string what = "query '" + shorten(evaluation.queries.back().id) + "'";
  MemberReader modes(reader.any("modes"), what + " 'modes'");
  for (EvaluatedRun& run : evaluation.runs) {
    MemberReader mode(modes.any(run.title()), what + " mode '" + shorten(run.title()) + "'");
    const std::vector<double> values = mode.numbers("values", run.values.size());
    for (std::size_t m = 0; m < values.size(); ++m) run.values[m].push_back(values[m]);
    run.hits.emplace_back();
    for (const Value& one : mode.list("hits")) {
      VECSTORE_ASSIGN(EvaluatedHit hit, read_hit(one, what));
      run.hits.back().push_back(std::move(hit));
    }
    VECSTORE_TRY(mode.status());
  }
  return modes.status();
}

Status read_metrics(const List& names, Evaluation& evaluation) {
  for (const Value& name : names) {
    if (!name.as_string()) return invalid_argument("'metrics' is no list of strings");
    evaluation.metrics.push_back(*name.as_string());
  }
  return {};
}

}  // namespace

Object evaluation_object(const Evaluation& evaluation) {
  List metrics(evaluation.metrics.begin(), evaluation.metrics.end());
  List modes, comparisons, queries;
  for (const EvaluatedRun& run : evaluation.runs) modes.emplace_back(run_object(evaluation, run));
  for (const ComparedMetric& one : evaluation.comparisons)
    comparisons.emplace_back(comparison_object(evaluation, one));
  for (std::size_t q = 0; q < evaluation.queries.size(); ++q)
    queries.emplace_back(query_object(evaluation, q));
  const Resampling& how = evaluation.resampling;
  return {{"format", kFormat},
          {"metrics", std::move(metrics)},
          {"modes", std::move(modes)},
          {"comparisons", std::move(comparisons)},
          {"resampling", Object{{"samples", count_of(how.samples)},
                                {"seed", static_cast<std::int64_t>(how.seed)},
                                {"confidence", how.confidence}}},
          {"unjudged_queries", count_of(evaluation.unjudged_queries)},
          {"queries", std::move(queries)}};
}

Result<Evaluation> evaluation_of(const Value& json) {
  MemberReader reader(&json, "the report");
  const Value* format = reader.any("format");
  if (!format || *format != Value(kFormat))
    return invalid_argument("no report of an evaluation: 'format' is not '" + std::string(kFormat) +
                            "'");
  Evaluation evaluation;
  evaluation.unjudged_queries = reader.count("unjudged_queries");
  MemberReader how(reader.any("resampling"), "'resampling'");
  evaluation.resampling = {how.count("samples"), static_cast<std::uint64_t>(how.count("seed")),
                           how.number("confidence")};
  VECSTORE_TRY(how.status());
  VECSTORE_TRY(check_resampling(evaluation.resampling));
  VECSTORE_TRY(read_metrics(reader.list("metrics"), evaluation));
  const List& modes = reader.list("modes");
  VECSTORE_TRY(reader.status());
  for (const Value& mode : modes) {
    VECSTORE_ASSIGN(EvaluatedRun run, read_run(mode, evaluation.metrics.size()));
    evaluation.runs.push_back(std::move(run));
  }
  for (const Value& query : reader.list("queries")) VECSTORE_TRY(read_query(query, evaluation));
  VECSTORE_TRY(reader.status());
  summarize(evaluation);
  return evaluation;
}

}  // namespace vecstore
