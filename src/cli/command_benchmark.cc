#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>

#include "base/clock.h"
#include "base/number.h"
#include "base/thread_pool.h"
#include "cli/commands.h"
#include "cli/exact_truth.h"
#include "cli/query_vectors.h"
#include "cli/record_source.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "cli/vector_file.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

constexpr std::size_t kMaxTruthQueries = 100;  // computing truth costs a pass in double precision
constexpr std::size_t kMaxThreads = 256;
constexpr std::size_t kScan = 0;  // in place of an ef: every vector is looked at

struct BenchmarkArguments {
  std::string queries = {};
  std::optional<std::string> truth = {}, filter = {}, ef = {};
  std::optional<std::int64_t> k = {}, threads = {}, limit = {};
};

struct Measured {
  std::vector<Hits> answers = {};
  std::vector<double> took_ms = {};
  double seconds = 0;
};

// Row i has the row numbers of the neighbours of query i, nearest first: the ids of an import
// without --ids.
Result<std::vector<std::vector<Neighbour>>> load_truth(
    const std::string& path, const Collection& collection,
    const std::vector<std::vector<float>>& queries, std::size_t k) {
  VECSTORE_ASSIGN(const std::string format, file_format(path, std::nullopt));
  VECSTORE_ASSIGN(const auto rows, read_rows(path, format, queries.size()));
  if (rows.size() < queries.size() || rows.front().size() < k) {
    return Status(Code::kUnknown, path + " has " + std::to_string(rows.size()) +
                                      " rows of neighbours, " + std::to_string(queries.size()) +
                                      " of at least " + std::to_string(k) + " are needed");
  }
  std::vector<std::vector<Neighbour>> truth;
  for (std::size_t q = 0; q < queries.size(); ++q) {
    std::vector<Neighbour> nearest;
    for (std::size_t i = 0; i < k; ++i) {
      const std::string id = std::to_string(static_cast<std::int64_t>(rows[q][i]));
      Result<Record> record = collection.get(id);
      if (!record.ok()) return record.status().with_context(path);
      const DenseVector* vector = record->vector.dense();
      if (!vector || vector->size() != queries[q].size()) {
        return Status(Code::kUnknown, path + ": record '" + id + "' has no such vector");
      }
      nearest.push_back({exact_distance(collection.options().metric, queries[q], *vector), id});
    }
    truth.push_back(std::move(nearest));
  }
  return truth;
}

Result<Measured> measure(const Collection& collection, const std::vector<Query>& queries,
                         std::size_t threads) {
  (void)collection.query(queries.front());  // touches every page once
  Measured measured;
  measured.answers.resize(queries.size());
  measured.took_ms.resize(queries.size());
  std::vector<Status> failed(queries.size());
  ThreadPool pool(static_cast<int>(threads) - 1);
  const double begun = monotonic_ms();
  pool.parallel_for(queries.size(), [&](std::size_t i) {
    const double start = monotonic_ms();
    Result<Hits> hits = collection.query(queries[i]);
    measured.took_ms[i] = monotonic_ms() - start;
    if (hits.ok()) {
      measured.answers[i] = *std::move(hits);
    } else {
      failed[i] = hits.status();
    }
  });
  measured.seconds = (monotonic_ms() - begun) / 1000;
  for (const Status& status : failed) VECSTORE_TRY(status);
  return measured;
}

double percentile(std::vector<double> sorted, double share) {
  std::sort(sorted.begin(), sorted.end());
  const double rank = share * static_cast<double>(sorted.size() - 1);
  return sorted[static_cast<std::size_t>(rank + 0.5)];
}

// "10,20,40"; without it a range where there is a graph, and the exact scan in any case.
Result<std::vector<std::size_t>> efs_of(const std::optional<std::string>& list, bool graph) {
  if (!list)
    return graph ? std::vector<std::size_t>{10, 20, 50, 100, 200, kScan} : std::vector{kScan};
  std::vector<std::size_t> efs;
  for (std::size_t begin = 0; begin <= list->size();) {
    const std::string part = list->substr(begin, list->find(',', begin) - begin);
    begin += part.size() + 1;
    const std::optional<std::int64_t> ef = parse_int64(part);
    if (!ef || *ef < 1 || *ef > static_cast<std::int64_t>(kMaxEf)) {
      return invalid_argument("--ef takes numbers from 1 to " + std::to_string(kMaxEf) +
                              " with commas between, not '" + part + "'");
    }
    efs.push_back(static_cast<std::size_t>(*ef));
  }
  return efs;
}

void look_by(std::vector<Query>& queries, std::size_t ef) {
  for (Query& query : queries) {
    query.plan = ef == kScan ? Plan::kScan : Plan::kAuto;
    query.ef = ef;
  }
}

Object setting_of(std::size_t ef, const Measured& measured,
                  const std::vector<std::vector<Neighbour>>& truth) {
  double recall = 0, distances = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) recall += recall_of(measured.answers[i], truth[i]);
  for (const Hits& hits : measured.answers) distances += static_cast<double>(hits.distances);
  const auto queries = static_cast<double>(measured.answers.size());
  return {{"ef", ef == kScan ? Value() : Value(static_cast<std::int64_t>(ef))},
          {"recall", recall / static_cast<double>(truth.size())},
          {"qps", queries / measured.seconds},
          {"p50_ms", percentile(measured.took_ms, 0.5)},
          {"p95_ms", percentile(measured.took_ms, 0.95)},
          {"p99_ms", percentile(measured.took_ms, 0.99)},
          {"distances", distances / queries}};
}

std::string rounded(const Value& number, const char* format) {
  std::array<char, 64> text;
  std::snprintf(text.data(), text.size(), format, *number.as_double());
  return text.data();
}

// The same for people: times in milliseconds to three digits.
Object table_row(const Object& setting) {
  Object row;
  for (const auto& [name, value] : setting) {
    if (name == "ef") row["ef"] = value.is_null() ? Value("scan") : value;
    if (name == "ef") continue;
    const char* format = name == "recall" ? "%.4f" : name.ends_with("_ms") ? "%.3f" : "%.0f";
    row[name] = rounded(value, format);
  }
  return row;
}

Status run_benchmark(Session& session, const BenchmarkArguments& given) {
  VECSTORE_ASSIGN(const std::size_t k, count_argument("-k", given.k, 10, kMaxK));
  VECSTORE_ASSIGN(const std::size_t threads,
                  count_argument("--threads", given.threads, 1, kMaxThreads));
  VECSTORE_ASSIGN(const std::size_t limit, count_argument("--limit", given.limit, 1000, 1'000'000));
  VECSTORE_ASSIGN(const Filter filter, filter_argument(given.filter));
  VECSTORE_ASSIGN(const auto vectors, read_queries(given.queries, limit));
  session.settings.set_by_flag("database.threads", 0, "benchmark");
  VECSTORE_ASSIGN(OpenCollection open, read_collection(session));
  std::vector<Query> queries;
  for (const std::vector<float>& vector : vectors) {
    queries.push_back({.vector = vector, .k = k, .filter = filter});
    queries.back().include = {.metadata = false, .text = false, .vector = false};
  }
  VECSTORE_ASSIGN(const CollectionStats stats, open.collection.stats());
  VECSTORE_ASSIGN(const auto efs, efs_of(given.ef, stats.index_bytes > 0));
  std::vector<std::vector<float>> judged = vectors;
  judged.resize(std::min(judged.size(), given.truth ? judged.size() : kMaxTruthQueries));
  session.out.note("recall of " + std::to_string(judged.size()) + " of " +
                   std::to_string(queries.size()) + " queries, k " + std::to_string(k) +
                   ", threads " + std::to_string(threads));
  VECSTORE_ASSIGN(const auto truth, given.truth
                                        ? load_truth(*given.truth, open.collection, judged, k)
                                        : exact_neighbours(open.collection, judged, k, filter));
  if (std::all_of(truth.begin(), truth.end(),
                  [](const auto& nearest) { return nearest.empty(); })) {
    return failed_precondition(
        filter.empty() ? "collection '" + open.collection.name() + "' has no vectors to find"
                       : "no record with a vector passes the filter: there is nothing to find");
  }
  const bool people = session.out.format() == OutputFormat::kTable;
  std::vector<Object> settings;
  for (const std::size_t ef : efs) {
    look_by(queries, ef);
    VECSTORE_ASSIGN(const Measured measured, measure(open.collection, queries, threads));
    const Object setting = setting_of(ef, measured, truth);
    settings.push_back(people ? table_row(setting) : setting);
  }
  session.out.print_list("settings", settings);
  return {};
}

}  // namespace

Command benchmark_command() {
  auto to = std::make_shared<BenchmarkArguments>();
  return {
      .name = "benchmark",
      .summary = "recall, queries per second and latency on your own data",
      .description =
          "Each query runs on one thread, --threads of them at a time. Without --truth, the\n"
          "neighbours of the first 100 queries are computed exactly in double precision. Where\n"
          "there is a graph, several widths of its walk are measured, and the exact scan.\n\n"
          "Examples:\n"
          "  vecstore benchmark --queries q.npy\n"
          "  vecstore benchmark --queries q.fvecs --truth gt.ivecs -k 100 --threads 2 -o json\n"
          "  vecstore benchmark --queries q.npy --filter 'year >= 2020'",
      .options = {{"--queries",
                   &to->queries,
                   "a vector per row: npy, fvecs, bvecs, idx",
                   "FILE",
                   {},
                   true},
                  {"--truth", &to->truth, "row numbers of the nearest per query: npy, ivecs",
                   "FILE"},
                  {"--filter", &to->filter, "only records that pass", "FILTER"},
                  {"--ef", &to->ef, "settings to measure where there is a graph", "LIST"},
                  {"-k", &to->k, "how many hits (10)", "N"},
                  {"--threads", &to->threads, "queries at a time (1)", "N"},
                  {"--limit", &to->limit, "at most so many queries (1000)", "N"}},
      .run = [to](Session& session) { return run_benchmark(session, *to); }};
}

}  // namespace vecstore
