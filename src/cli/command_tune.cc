#include <memory>

#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/query_vectors.h"
#include "cli/session.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

constexpr double kMegabyte = 1e6;

struct TuneArguments {
  std::string field = "vector";
  std::optional<std::string> goal = {}, queries = {};
  std::optional<double> min_recall = {}, max_latency_ms = {}, max_memory_mb = {};
  std::optional<std::int64_t> k = {}, limit = {}, seed = {};
  bool apply = false;
};

Result<TuneOptions> options_of(const TuneArguments& given) {
  TuneOptions options;
  options.field = given.field;
  if (given.goal) {
    VECSTORE_ASSIGN(options.goal, parse_tune_goal(*given.goal));
  }
  VECSTORE_ASSIGN(options.k, count_argument("-k", given.k, options.k, kMaxK));
  VECSTORE_ASSIGN(options.queries, count_argument("--limit", given.limit, options.queries, kMaxK));
  if (given.max_memory_mb && !(*given.max_memory_mb > 0 && *given.max_memory_mb < 1e12))
    return invalid_argument("--max-memory-mb must be above 0");
  options.min_recall = given.min_recall.value_or(options.min_recall);
  options.max_latency_ms = given.max_latency_ms.value_or(0);
  options.max_memory_bytes =
      static_cast<std::uint64_t>(given.max_memory_mb.value_or(0) * kMegabyte);
  if (given.seed) options.seed = static_cast<std::uint64_t>(*given.seed);
  if (given.queries) {
    VECSTORE_ASSIGN(options.questions, read_queries(*given.queries, options.queries));
  }
  return options;
}

Object json_row(const TuneTrial& trial) {
  return {{"quantization", quantization_name(trial.quantization)},
          {"ef", trial.ef},
          {"recall", trial.recall},
          {"least_recall", trial.least_recall},
          {"p50_ms", trial.p50_ms},
          {"p95_ms", trial.p95_ms},
          {"memory_bytes", number(trial.memory_bytes)},
          {"fits", trial.fits}};
}

Object table_row(const TuneReport& report, std::size_t i) {
  const TuneTrial& trial = report.trials[i];
  return {{"", report.best == i ? "*"
               : trial.fits     ? "+"
                                : ""},
          {"codes", std::string(quantization_name(trial.quantization))},
          {"ef", trial.ef},
          {"recall", fixed(trial.recall, 4)},
          {"at least", fixed(trial.least_recall, 4)},
          {"p50 ms", fixed(trial.p50_ms, 3)},
          {"p95 ms", fixed(trial.p95_ms, 3)},
          {"memory MB", fixed(static_cast<double>(trial.memory_bytes) / kMegabyte, 1)}};
}

std::string setting(Quantization quantization, std::uint32_t ef) {
  return std::string(quantization_name(quantization)) + " codes with ef_search " +
         std::to_string(ef);
}

std::string verdict(const TuneReport& report) {
  if (report.best) {
    const TuneTrial& best = report.trials[*report.best];
    return "best for " + std::string(tune_goal_name(report.goal)) + ": " +
           setting(best.quantization, best.ef);
  }
  const TuneTrial& most = report.trials[report.nearest];
  return "no setting keeps within the limits; the most recall, " + fixed(most.recall, 4) +
         " within " + fixed(most.p95_ms, 3) + " ms, have " + setting(most.quantization, most.ef) +
         " (query --recall 1 is exact)";
}

void print(const Session& session, const TuneReport& report) {
  if (session.out.format() == OutputFormat::kJson) {
    List trials;
    for (const TuneTrial& one : report.trials) trials.emplace_back(json_row(one));
    session.out.print_object(
        {{"field", report.field},
         {"goal", tune_goal_name(report.goal)},
         {"quantization", quantization_name(report.quantization)},
         {"ef_search", report.ef_search},
         {"rows", number(report.rows)},
         {"others", number(report.others)},
         {"queries", number(report.queries)},
         {"k", number(report.k)},
         {"best", report.best ? Value(json_row(report.trials[*report.best])) : Value()},
         {"trials", std::move(trials)}});
    return;
  }
  std::vector<Object> rows;
  for (std::size_t i = 0; i < report.trials.size(); ++i)
    rows.push_back(session.out.is_json() ? json_row(report.trials[i]) : table_row(report, i));
  session.out.print_list("trials", rows);
  session.out.note(std::to_string(report.queries) + " queries, recall@" + std::to_string(report.k) +
                   ", one thread; + keeps within the limits, * is recommended; in use: " +
                   setting(report.quantization, report.ef_search));
  if (report.others > 0)
    session.out.note(std::to_string(report.others) +
                     " rows have no graph yet: they cost the same with every setting");
  session.out.note(verdict(report));
}

Status apply(Session& session, const TuneReport& report) {
  if (!report.best) return failed_precondition(verdict(report));
  const TuneTrial& best = report.trials[*report.best];
  VECSTORE_ASSIGN(OpenCollection open, write_collection(session));
  VECSTORE_TRY(open.collection.set_ef_search(report.field, best.ef));
  VECSTORE_TRY(open.collection.set_quantization(report.field, best.quantization));
  end_on_interrupt(
      "stopped: the setting is stored, some graphs have their old codes: whatever opens the "
      "database to write gives them the new ones");
  VECSTORE_TRY(open.database.wait_for_background());
  session.out.note("'" + open.collection.name() + "' has " + setting(best.quantization, best.ef) +
                   " from now on");
  return open.database.close();
}

// Before the time that measuring takes, not behind it.
Status require_writable(const Session& session) {
  VECSTORE_ASSIGN(OpenCollection open, write_collection(session));
  VECSTORE_ASSIGN(const DatabaseStats stats, open.database.stats());
  if (!stats.writable) return failed_precondition(stats.fault);
  return open.database.close();
}

Status run_tune(Session& session, const TuneArguments& given) {
  VECSTORE_ASSIGN(const TuneOptions options, options_of(given));
  if (given.apply) VECSTORE_TRY(require_writable(session));
  Result<TuneReport> report = TuneReport();
  {
    VECSTORE_ASSIGN(const OpenCollection open, read_collection(session));
    report = open.collection.tune(options);
  }
  VECSTORE_TRY(report.status());
  print(session, *report);
  return given.apply ? apply(session, *report) : Status();
}

}  // namespace

Command tune_command() {
  auto to = std::make_shared<TuneArguments>();
  return {
      .name = "tune",
      .summary = "which codes and how wide a walk serve a collection best, by trying them",
      .description =
          "Walks the collection's own graphs with each quantization it can have and many widths,\n"
          "asking with --queries or, without, with records of its own. Nothing changes without\n"
          "--apply.\n\n"
          "Examples:\n"
          "  vecstore tune --min-recall 0.98\n"
          "  vecstore tune --goal min_memory --queries q.npy --apply\n"
          "  vecstore tune --goal max_recall --max-latency-ms 0.5 -o json",
      .options = {{"--goal",
                   &to->goal,
                   "what is best among the settings within the limits (balanced)",
                   "GOAL",
                   {"balanced", "max_recall", "min_latency", "min_memory"}},
                  {"--min-recall", &to->min_recall, "of the k nearest (0.95)", "SHARE"},
                  {"--max-latency-ms", &to->max_latency_ms, "of 95 of 100 queries", "MS"},
                  {"--max-memory-mb", &to->max_memory_mb, "of codes and graphs", "MB"},
                  {"--queries", &to->queries, "a vector per row: npy, fvecs, bvecs, idx", "FILE"},
                  {"--limit", &to->limit, "at most so many queries (300)", "N"},
                  {"-k", &to->k, "nearest rows that recall is of (10)", "N"},
                  {"--field", &to->field, "the vector field (vector)", "NAME"},
                  {"--seed", &to->seed, "of the draw of records (42)", "N"},
                  {"--apply", &to->apply, "give the collection what is recommended"}},
      .run = [to](Session& session) { return run_tune(session, *to); }};
}

}  // namespace vecstore
