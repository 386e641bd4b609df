#include <algorithm>
#include <memory>

#include "cli/commands.h"
#include "cli/eval_answers.h"
#include "cli/eval_data.h"
#include "cli/eval_output.h"
#include "cli/eval_runs.h"
#include "cli/interrupt.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

constexpr std::size_t kDepth = 1000;  // as trec_eval's rankings usually have

struct EvalArguments {
  EvalDataFlags data = {};
  std::optional<std::string> mode = {}, metrics = {};
  std::optional<std::int64_t> k = {}, samples = {}, seed = {};
  std::optional<double> confidence = {};
  std::vector<std::string> compare = {}, reports = {};
  SearchFlags search = {};
  RerankFlags rerank = {};
  EvalAnswerFlags answers = {};
  RetrievalFlags retrieval = {};
};

Result<std::vector<Mode>> modes_of(const std::optional<std::string>& list) {
  const Status wrong = invalid_argument("--mode is a list of vector, text, hybrid and sparse");
  std::vector<Mode> modes;
  std::string_view rest = list ? std::string_view(*list) : "vector,text,hybrid";
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    VECSTORE_ASSIGN(const Mode mode, parse_mode(std::string(rest.substr(0, end))));
    if (mode == Mode::kAuto) return wrong;
    if (std::ranges::find(modes, mode) == modes.end()) modes.push_back(mode);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (modes.empty()) return wrong;
  return modes;
}

// What has no vectors to search would be told as zeros: left out where nobody asked for it.
Status keep_served(const Session& session, const Collection& collection, bool asked,
                   std::vector<Mode>& modes) {
  VECSTORE_ASSIGN(const CollectionStats stats, collection.stats());
  if (stats.vector_bytes > 0) return {};
  const auto lacks = [](Mode mode) { return mode == Mode::kVector || mode == Mode::kHybrid; };
  if (std::ranges::none_of(modes, lacks)) return {};
  const std::string why = "no record of '" + stats.name + "' has a vector";
  if (asked) return failed_precondition(why + ": --mode text searches the texts alone");
  session.out.note(why + ": only the search of texts is measured");
  std::erase_if(modes, lacks);
  return {};
}

Result<Resampling> resampling_of(const EvalArguments& given, Resampling how = {}) {
  VECSTORE_ASSIGN(how.samples, count_argument("--samples", given.samples, how.samples, 1'000'000));
  if (given.seed) {
    if (*given.seed < 0) return invalid_argument("--seed must not be negative");
    how.seed = static_cast<std::uint64_t>(*given.seed);
  }
  how.confidence = given.confidence.value_or(how.confidence);
  VECSTORE_TRY(check_resampling(how));
  return how;
}

Status check_runs_alone(const EvalArguments& given) {
  if (!given.mode && !given.k && !given.rerank.any() && !given.search.any() &&
      !given.retrieval.any())
    return {};
  return invalid_argument("--run asks no collection: leave out what says how to search");
}

// Rankings that were made elsewhere.
Result<Evaluation> measure_runs(const Session& session, const EvalArguments& given,
                                const std::vector<RankingMetric>& metrics, const Resampling& how) {
  VECSTORE_TRY(check_runs_alone(given));
  VECSTORE_ASSIGN(const JudgedRuns loaded, load_runs(session, given.data));
  VECSTORE_ASSIGN(Evaluation evaluation, evaluate(loaded.queries, loaded.runs, metrics, how));
  evaluation.unjudged_queries = loaded.unjudged;
  return evaluation;
}

Result<Query> common_query_of(Session& session, const EvalArguments& given) {
  VECSTORE_ASSIGN(const std::size_t k, count_argument("-k", given.k, kDepth, kMaxK));
  VECSTORE_ASSIGN(const std::size_t deepest, hits_to_find(session, given.rerank, k));
  VECSTORE_ASSIGN(Query common, common_query(deepest, given.search));
  const bool rerank = given.rerank.asked();  // its steps may look at anything
  common.include = {.metadata = rerank, .text = rerank};
  return common;
}

// What the collection gives now.
Result<Evaluation> measure_collection(Session& session, const EvalArguments& given,
                                      const std::vector<RankingMetric>& metrics,
                                      const Resampling& how) {
  VECSTORE_ASSIGN(std::vector<Mode> modes, modes_of(given.mode));
  VECSTORE_ASSIGN(Query common, common_query_of(session, given));
  VECSTORE_TRY(check_retrieval(session, given.retrieval));
  VECSTORE_ASSIGN(const JudgedSet judged, load_judged(session, given.data));
  VECSTORE_ASSIGN(const OpenCollection open, read_collection(session));
  VECSTORE_TRY(keep_served(session, open.collection, given.mode.has_value(), modes));
  if (given.rerank.asked()) watch_interrupts();
  const EvalRunOptions options{.modes = std::move(modes),
                               .common = std::move(common),
                               .rerank = given.rerank,
                               .retrieval = given.retrieval};
  VECSTORE_ASSIGN(const std::vector<RankedRun> runs,
                  run_modes(session, open.collection, judged.questions, options));
  VECSTORE_ASSIGN(Evaluation evaluation,
                  evaluate(judged_queries(judged.questions), runs, metrics, how));
  evaluation.unjudged_queries = judged.unjudged;
  return evaluation;
}

Result<Evaluation> measure_now(Session& session, const EvalArguments& given) {
  const std::string names = given.metrics.value_or(std::string(kUsualMetrics));
  VECSTORE_ASSIGN(const std::vector<RankingMetric> metrics, ranking_metrics(names));
  VECSTORE_ASSIGN(const Resampling how, resampling_of(given));
  return given.data.runs.empty() ? measure_collection(session, given, metrics, how)
                                 : measure_runs(session, given, metrics, how);
}

// Of kept reports the values stay what they are; intervals and p are drawn anew.
Status check_reports_alone(const EvalArguments& given) {
  if (!given.mode && !given.metrics && !given.k && !given.rerank.any() && !given.search.any())
    return {};
  return invalid_argument(
      "--compare of kept reports measures nothing: leave out --metrics and what says how to "
      "search, or name --queries");
}

// Saved reports, and what is measured now where there is something to ask.
Result<Evaluation> compare(Session& session, const EvalArguments& given) {
  VECSTORE_ASSIGN(auto reports, read_reports(given.compare));
  std::size_t queries = 0;
  if (given.data.any()) {
    VECSTORE_ASSIGN(Evaluation now, measure_now(session, given));
    reports.emplace_back("now", std::move(now));
  } else {
    VECSTORE_TRY(check_reports_alone(given));
  }
  if (reports.size() < 2)
    return invalid_argument("--compare needs a second report, or --queries to measure now");
  for (const auto& [name, one] : reports) queries = std::max(queries, one.queries.size());
  VECSTORE_ASSIGN(Evaluation joined, join_evaluations(reports));
  if (given.samples || given.seed || given.confidence) {
    VECSTORE_ASSIGN(joined.resampling, resampling_of(given, joined.resampling));
    summarize(joined);
  }
  if (joined.queries.size() < queries)
    session.out.note("compared are the " + std::to_string(joined.queries.size()) +
                     " queries that all reports have");
  return joined;
}

Status run_answers(Session& session, const EvalArguments& given) {
  if (given.answers.answers && (given.data.any() || !given.compare.empty() || given.metrics ||
                                given.mode || given.search.any()))
    return invalid_argument("--answers judges answers: leave out what is for rankings");
  EvalAnswerOptions options{given.answers, given.rerank, given.k, given.reports, {}};
  VECSTORE_ASSIGN(options.resampling, resampling_of(given));
  return run_eval_answers(session, options);
}

Status run_eval(Session& session, const EvalArguments& given) {
  if (given.answers.any()) return run_answers(session, given);
  for (const std::string& report : given.reports) VECSTORE_TRY(check_report_name(report));
  VECSTORE_ASSIGN(const Evaluation evaluation,
                  given.compare.empty() ? measure_now(session, given) : compare(session, given));
  for (const std::string& report : given.reports) VECSTORE_TRY(write_report(report, evaluation));
  print_evaluation(session.out, evaluation);
  return {};
}

std::vector<Option> eval_arguments(EvalArguments& to) {
  std::vector<Option> options = eval_data_arguments(to.data);
  for (Option& option : std::vector<Option>{
           {"--mode", &to.mode, "some of vector,text,hybrid (all)", "MODES"},
           {"--metrics", &to.metrics,
            "some of ndcg@K,recall@K,precision@K,hit_rate@K,mrr@K,map "
            "(ndcg@10,mrr@10,map,recall@100)",
            "LIST"},
           {"-k", &to.k, "how many hits of each query are looked at (1000; of --answers 8)", "N"},
           {"--report", &to.reports, "keep it, for a browser (.html) or for --compare (.json)",
            "FILE"},
           {"--compare", &to.compare, "with a report that was kept as .json, or two of them",
            "FILE"},
           {"--samples", &to.samples, "draws for intervals and p (10000)", "N"},
           {"--seed", &to.seed, "of the draws (1)", "N"},
           {"--confidence", &to.confidence, "of the intervals (0.95)", "SHARE"}})
    options.push_back(std::move(option));
  for (Option& option : eval_answer_arguments(to.answers)) options.push_back(std::move(option));
  for (Option& option : rerank_arguments(to.rerank)) options.push_back(std::move(option));
  options.push_back(expand_argument(to.retrieval));
  for (Option& option : search_arguments(to.search)) options.push_back(std::move(option));
  return options;
}

}  // namespace

Command eval_command() {
  auto to = std::make_shared<EvalArguments>();
  return {
      .name = "eval",
      .summary = "how good the answers are, by queries and judgements of your own",
      .description =
          "Metrics as trec_eval defines them, averaged over the queries that are judged (one\n"
          "without hits counts as 0), with intervals, and which differences between modes are\n"
          "more than chance. Judgements are TREC's four columns (query, 0, document, grade) or\n"
          "BEIR's three (query, document, grade).\n\n"
          "Examples:\n"
          "  vecstore eval --queries queries.jsonl --qrels qrels.tsv\n"
          "  vecstore eval --queries queries.jsonl --qrels qrels.txt --mode hybrid --alpha 0.3\n"
          "  vecstore eval --dataset scifact --report before.json --report before.html\n"
          "  vecstore eval --dataset scifact --alpha 0.5 --compare before.json\n"
          "  vecstore eval --answers questions.jsonl --judge model",
      .options = eval_arguments(*to),
      .run = [to](Session& session) { return run_eval(session, *to); }};
}

}  // namespace vecstore
