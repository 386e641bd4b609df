#include <memory>

#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

struct SetArguments {
  std::optional<std::string> name = {};
  std::optional<std::string> quantization = {};
  std::string field = "vector";
  std::optional<std::int64_t> keep_versions = {};
};

Status set_codes(Session& session, Database& database, Collection& collection,
                 const SetArguments& given) {
  VECSTORE_ASSIGN(const Quantization wanted, parse_quantization(*given.quantization));
  const std::string last_words =
      "stopped: the quantization is set, some graphs have their old codes: whatever opens the "
      "database to write gives them the new ones";
  end_on_interrupt(last_words);
  VECSTORE_TRY(collection.set_quantization(given.field, wanted));
  if (interrupted()) return cancelled(last_words);
  VECSTORE_TRY(database.wait_for_background());
  session.out.note("graphs of '" + given.field + "' in '" + collection.name() + "' have " +
                   *given.quantization + " codes");
  return {};
}

Status set(Session& session, const SetArguments& given) {
  if (!given.quantization && !given.keep_versions)
    return invalid_argument("give --quantization or --keep-versions");
  if (given.quantization) VECSTORE_TRY(parse_quantization(*given.quantization).status());
  VECSTORE_ASSIGN(const std::size_t versions,
                  count_argument("--keep-versions", given.keep_versions, 0, kMaxKeptVersions, 0));
  VECSTORE_ASSIGN(Database database, session.open_to_write());
  VECSTORE_ASSIGN(Collection collection,
                  database.collection(given.name.value_or(session.collection_name())));
  if (given.keep_versions) {
    VECSTORE_TRY(collection.set_keep_versions(static_cast<std::uint32_t>(versions)));
    session.out.note("'" + collection.name() + "' keeps " + counted(versions, "older version") +
                     " of a record");
  }
  if (given.quantization) VECSTORE_TRY(set_codes(session, database, collection, given));
  return database.close();
}

struct ReportArguments {
  std::optional<std::string> name = {};
  std::string field = "vector";
  std::optional<std::int64_t> rows = {}, queries = {}, k = {}, seed = {};
};

Result<QuantizationReportOptions> options_of(const ReportArguments& given) {
  QuantizationReportOptions options;
  options.field = given.field;
  VECSTORE_ASSIGN(options.rows, count_argument("--rows", given.rows, options.rows, kMaxReportRows));
  VECSTORE_ASSIGN(options.queries,
                  count_argument("--queries", given.queries, options.queries, kMaxK));
  VECSTORE_ASSIGN(options.k, count_argument("-k", given.k, options.k, kMaxK));
  if (given.seed) options.seed = static_cast<std::uint64_t>(*given.seed);
  return options;
}

Object json_row(const QuantizationMeasure& one) {
  return {{"quantization", quantization_name(one.quantization)},
          {"bits", one.bits},
          {"bytes_per_row", number(one.bytes_per_row)},
          {"ratio", one.ratio},
          {"encoded_per_second", one.encoded_per_second},
          {"compared_per_second", one.compared_per_second},
          {"mean_error", one.mean_error},
          {"p95_error", one.p95_error},
          {"recall", one.recall},
          {"refined_recall", one.refined_recall},
          {"refined", number(one.refined)}};
}

std::string millions(double per_second) { return fixed(per_second / 1e6, 2); }
std::string percent(double share) { return fixed(100 * share, 2) + " %"; }

Object table_row(const QuantizationReport& report, const QuantizationMeasure& one) {
  return {{"codes", std::string(quantization_name(one.quantization)) +
                        (one.quantization == report.in_use ? " *" : "")},
          {"bytes/row", number(one.bytes_per_row)},
          {"ratio", fixed(one.ratio, 1)},
          {"encoded M/s", millions(one.encoded_per_second)},
          {"compared M/s", millions(one.compared_per_second)},
          {"error", percent(one.mean_error)},
          {"p95", percent(one.p95_error)},
          {"recall", fixed(one.recall, 3)},
          {"refined", fixed(one.refined_recall, 3)},
          {"of", number(one.refined)}};
}

// The vectors themselves, for comparison.
Object exact_row(const QuantizationReport& report) {
  return {{"codes", std::string(element_type_name(report.storage)) + " vectors"},
          {"bytes/row", number(report.bytes_per_row)},
          {"ratio", "1.0"},
          {"encoded M/s", ""},
          {"compared M/s", millions(report.compared_per_second)},
          {"error", percent(0)},
          {"p95", percent(0)},
          {"recall", fixed(1, 3)},
          {"refined", ""},
          {"of", ""}};
}

void print(const Session& session, const QuantizationReport& report) {
  if (session.out.format() == OutputFormat::kJson) {
    List measures;
    for (const QuantizationMeasure& one : report.measures) measures.emplace_back(json_row(one));
    session.out.print_object({{"field", report.field},
                              {"dimension", report.dimension},
                              {"metric", metric_name(report.metric)},
                              {"storage", element_type_name(report.storage)},
                              {"quantization", quantization_name(report.quantization)},
                              {"in_use", quantization_name(report.in_use)},
                              {"rows", number(report.rows)},
                              {"queries", number(report.queries)},
                              {"k", number(report.k)},
                              {"bytes_per_row", number(report.bytes_per_row)},
                              {"compared_per_second", report.compared_per_second},
                              {"measures", std::move(measures)}});
    return;
  }
  std::vector<Object> rows;
  if (session.out.is_json()) {
    for (const QuantizationMeasure& one : report.measures) rows.push_back(json_row(one));
  } else {
    rows.push_back(exact_row(report));
    for (const QuantizationMeasure& one : report.measures) rows.push_back(table_row(report, one));
  }
  session.out.print_list("measures", rows);
  session.out.note(std::to_string(report.rows) + " rows, " + std::to_string(report.queries) +
                   " held-out queries, recall@" + std::to_string(report.k) +
                   " of codes alone and with the nearest of them compared exactly; * in use");
}

Status report(Session& session, const ReportArguments& given) {
  VECSTORE_ASSIGN(QuantizationReportOptions options, options_of(given));
  options.cancel = watch_interrupts();
  VECSTORE_ASSIGN(const Database database, session.open_to_read());
  VECSTORE_ASSIGN(const Collection collection,
                  database.collection(given.name.value_or(session.collection_name())));
  VECSTORE_ASSIGN(const QuantizationReport made, collection.quantization_report(options));
  print(session, made);
  return {};
}

}  // namespace

Command collection_set_command() {
  auto to = std::make_shared<SetArguments>();
  return {.name = "set",
          .summary = "change options of a collection; its records stay as they are",
          .description =
              "Examples:\n"
              "  vecstore collection set docs --quantization sq8\n"
              "  vecstore collection set docs --keep-versions 5",
          .options = {{"name", &to->name, "its name (else --collection)"},
                      {"--quantization", &to->quantization,
                       "how graphs are coded: auto, sq8, sq4, sq2 or rabitq1", "CODES"},
                      {"--field", &to->field, "the vector field (vector)", "NAME"},
                      {"--keep-versions", &to->keep_versions,
                       "replaced or deleted versions of each record that are kept; 0: none", "N"}},
          .run = [to](Session& session) { return set(session, *to); }};
}

Command collection_quantization_command() {
  auto to = std::make_shared<ReportArguments>();
  return {.name = "quantization",
          .summary = "what each quantization would cost and give, on a sample of the records",
          .description = "Example:\n  vecstore collection quantization docs --rows 20000",
          .options = {{"name", &to->name, "the collection (else --collection)"},
                      {"--field", &to->field, "the vector field (vector)", "NAME"},
                      {"--rows", &to->rows, "rows of the sample (10000)", "N"},
                      {"--queries", &to->queries, "of them, held out (200)", "N"},
                      {"-k", &to->k, "nearest rows that recall is of (10)", "N"},
                      {"--seed", &to->seed, "of the draw (42)", "N"}},
          .run = [to](Session& session) { return report(session, *to); }};
}

}  // namespace vecstore
