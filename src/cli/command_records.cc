#include <cstdio>
#include <memory>

#include "cli/commands.h"
#include "cli/record_output.h"
#include "cli/session.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

Object count_object(const char* name, std::uint64_t n) {
  return {{name, static_cast<std::int64_t>(n)}};
}

void print_count(const Output& out, const char* name, std::uint64_t n) {
  if (out.is_json()) return out.print_object(count_object(name, n));
  out.print_line(std::to_string(n));
}

struct CountArguments {
  std::optional<std::string> filter = {}, by = {}, summary = {};
  std::optional<std::int64_t> limit = {};
};

Status print_values(Session& session, const CountArguments& given, const Filter& filter) {
  VECSTORE_ASSIGN(const std::size_t limit, count_argument("--limit", given.limit, 10, kMaxK));
  VECSTORE_ASSIGN(OpenCollection open, read_collection(session));
  VECSTORE_ASSIGN(const Facet facet, open.collection.facet(*given.by, filter, limit));
  std::vector<Object> rows;
  for (const FacetCount& one : facet.values)
    rows.push_back({{"value", one.value}, {"records", static_cast<std::int64_t>(one.records)}});
  if (session.out.format() == OutputFormat::kJson) {
    session.out.print_object({{"values", List(rows.begin(), rows.end())},
                              {"different", static_cast<std::int64_t>(facet.different)}});
    return {};
  }
  session.out.print_list("values", rows);
  if (facet.different > rows.size())
    session.out.note("the " + std::to_string(rows.size()) + " most frequent of " +
                     std::to_string(facet.different) + " values");
  return {};
}

Status print_summary(Session& session, const CountArguments& given, const Filter& filter) {
  VECSTORE_ASSIGN(OpenCollection open, read_collection(session));
  VECSTORE_ASSIGN(const Summary summary, open.collection.summarize(*given.summary, filter));
  session.out.print_object({{"count", static_cast<std::int64_t>(summary.count)},
                            {"min", summary.min},
                            {"max", summary.max},
                            {"sum", summary.sum},
                            {"mean", summary.mean}});
  return {};
}

Status run_count(Session& session, const CountArguments& given) {
  if (given.by && given.summary) return invalid_argument("give --by or --summary, not both");
  if (given.limit && !given.by) return invalid_argument("--limit is for --by");
  VECSTORE_ASSIGN(const Filter filter, filter_argument(given.filter));
  if (given.by) return print_values(session, given, filter);
  if (given.summary) return print_summary(session, given, filter);
  VECSTORE_ASSIGN(OpenCollection open, read_collection(session));
  VECSTORE_ASSIGN(const std::uint64_t count, open.collection.count(filter));
  print_count(session.out, "count", count);
  return {};
}

Status run_get(Session& session, const std::vector<std::string>& ids) {
  VECSTORE_ASSIGN(OpenCollection open, read_collection(session));
  VECSTORE_ASSIGN(const std::vector<Record> records, open.collection.get_many(ids));
  print_records(session.out, records);
  std::string missing;
  for (const std::string& id : ids) {
    const bool found = std::any_of(records.begin(), records.end(),
                                   [&id](const Record& record) { return record.id == id; });
    if (!found) missing += (missing.empty() ? "'" : ", '") + id + "'";
  }
  if (missing.empty()) return {};
  return not_found("no record " + missing + " in collection '" + open.collection.name() + "'");
}

struct DeleteArguments {
  std::vector<std::string> ids = {};
  std::optional<std::string> filter = {};
};

Status run_delete(Session& session, const DeleteArguments& given) {
  if (given.ids.empty() && !given.filter) return invalid_argument("give ids or --filter");
  if (!given.ids.empty() && given.filter) return invalid_argument("give ids or --filter, not both");
  VECSTORE_ASSIGN(const Filter filter, filter_argument(given.filter));
  VECSTORE_ASSIGN(OpenCollection open, write_collection(session));
  VECSTORE_ASSIGN(const WriteResult result, given.filter ? open.collection.remove_where(filter)
                                                         : open.collection.remove_many(given.ids));
  print_count(session.out, "deleted", result.replaced);
  return open.database.close();
}

struct ScanArguments {
  std::optional<std::string> filter = {};
  std::optional<std::int64_t> limit = {};
  std::string after = {};
  bool no_vectors = false;
};

Status run_scan(Session& session, const ScanArguments& given) {
  ScanOptions options;
  VECSTORE_ASSIGN(options.filter, filter_argument(given.filter));
  VECSTORE_ASSIGN(std::size_t left, count_argument("--limit", given.limit, INT64_MAX, INT64_MAX));
  options.include_vectors = !given.no_vectors;
  options.after = given.after;
  VECSTORE_ASSIGN(OpenCollection open, read_collection(session));
  VECSTORE_ASSIGN(Scan scan, open.collection.scan(options));
  RecordStream stream(session.out);
  while (left > 0) {
    VECSTORE_ASSIGN(const std::vector<Record> records,
                    scan.next(std::min<std::size_t>(left, 1000)));
    if (records.empty()) break;
    stream.print(records);
    if (std::ferror(stdout)) break;  // told at the end of the program
    left -= records.size();
  }
  stream.finish();
  return {};
}

}  // namespace

Command count_command() {
  auto to = std::make_shared<CountArguments>();
  return {.name = "count",
          .summary = "how many records there are, and what stands in a field",
          .description =
              "A field is a path, as in a filter.\n\n"
              "Examples:\n"
              "  vecstore count\n"
              "  vecstore count --filter \"year >= 2020 AND tags CONTAINS 'x'\"\n"
              "  vecstore count --by author.name --limit 20\n"
              "  vecstore count --summary price --filter 'year = 2024' -o json",
          .options = {{"--filter", &to->filter, "only records that pass", "FILTER"},
                      {"--by", &to->by, "the values of a field, the most frequent first", "FIELD"},
                      {"--limit", &to->limit, "how many values (10)", "N"},
                      {"--summary", &to->summary, "what the numbers in a field come to", "FIELD"}},
          .run = [to](Session& session) { return run_count(session, *to); }};
}

Command get_command() {
  auto ids = std::make_shared<std::vector<std::string>>();
  return {.name = "get",
          .summary = "records by id",
          .description =
              "Exit code 3 when one is missing; the others are printed.\n\n"
              "Examples:\n"
              "  vecstore get a\n"
              "  vecstore get a b -o jsonl",
          .options = {{"ids", ids.get(), "ids", "", {}, true}},
          .run = [ids](Session& session) { return run_get(session, *ids); }};
}

Command delete_command() {
  auto to = std::make_shared<DeleteArguments>();
  return {.name = "delete",
          .summary = "remove records by id or filter",
          .description =
              "Prints how many there were. Missing ids are no error.\n\n"
              "Examples:\n"
              "  vecstore delete a b\n"
              "  vecstore delete --filter \"source STARTSWITH 'notes/old/'\"",
          .options = {{"ids", &to->ids, "ids"},
                      {"--filter", &to->filter, "all records that pass", "FILTER"}},
          .run = [to](Session& session) { return run_delete(session, *to); }};
}

Command scan_command() {
  auto to = std::make_shared<ScanArguments>();
  return {.name = "scan",
          .summary = "every record, by id",
          .description =
              "Examples:\n"
              "  vecstore scan --limit 20\n"
              "  vecstore scan --filter 'year = 2024' --no-vectors -o jsonl\n"
              "  vecstore scan --after note-100 --limit 100 -o jsonl",
          .options = {{"--filter", &to->filter, "only records that pass", "FILTER"},
                      {"--limit", &to->limit, "at most so many", "N"},
                      {"--after", &to->after, "only ids greater than this", "ID"},
                      {"--no-vectors", &to->no_vectors, "leave the vectors out"}},
          .run = [to](Session& session) { return run_scan(session, *to); }};
}

}  // namespace vecstore
