// Queries while data arrives: how long one query takes on an idle collection, how long while a
// writer ingests at half of the rate at which the rows without a graph stay below 64 k, and how
// long when the background is done with that. Prints JSON lines and a table; see
// docs/benchmarks.md.
//
//   ingest_bench [--rows N] [--dimension D] [--seconds S] [--rate ROWS_PER_SECOND]
//                [--calibrate SECONDS] [--batch ROWS] [--seed SEED]
//
// The data are made: clusters in 16 dimensions each, with a little noise in all of them, cosine.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "vecstore/vecstore.h"

namespace vecstore {
namespace {

constexpr std::uint64_t kMostBacklog = 64 << 10;
constexpr std::size_t kK = 10;
constexpr std::size_t kClusters = 1000, kDirections = 256, kAxes = 16;

struct Options {
  std::uint64_t rows = 100'000, dimension = 384, batch = 1, seed = 1;
  double seconds = 20, calibrate = 40, rate = 0;
};

class Data {
 public:
  Data(std::uint64_t seed, std::size_t dimension) : random_(seed), dimension_(dimension) {
    Random shape(7);  // of all data, whatever the seed of the rows
    for (auto* rows : {&centres_, &directions_}) {
      const std::size_t count = rows == &centres_ ? kClusters : kDirections;
      for (std::size_t i = 0; i < count; ++i) rows->push_back(normal(shape, 1));
    }
  }
  DenseVector next() {
    const std::size_t cluster = random_.below(kClusters);
    DenseVector vector = normal(random_, 0.05);
    add(vector, centres_[cluster], 1);
    for (std::size_t i = 0; i < kAxes; ++i)
      add(vector, directions_[(cluster * 31 + i * 17) % kDirections], 0.2 * random_.normal());
    return vector;
  }

 private:
  DenseVector normal(Random& random, double scale) const {
    DenseVector vector(dimension_);
    for (float& x : vector) x = static_cast<float>(scale * random.normal());
    return vector;
  }
  static void add(DenseVector& to, const DenseVector& what, double times) {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] += static_cast<float>(times) * what[i];
  }
  Random random_;
  std::size_t dimension_;
  std::vector<DenseVector> centres_, directions_;
};

double quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  const auto at =
      values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

// What the query thread saw.
struct Seen {
  std::vector<double> ms;
  double recall_sum = 0;
  double least_recall = 1;
  std::uint64_t samples = 0, most_backlog = 0;
};

std::uint64_t backlog(const Collection& things) {
  const CollectionStats stats = things.stats().value();
  return stats.records - std::min(stats.records, stats.indexed_rows);
}

// Against an exact query right behind: rows that came in between are few.
double recall(const Collection& things, const DenseVector& vector, const Hits& found) {
  const Hits exact =
      things.query({.vector = Vector(vector), .k = kK, .effort = Effort::kMaxRecall}).value();
  const double farthest = exact.hits.back().distance.value() * (1 + 1e-5);
  std::size_t near = 0;
  for (const Hit& hit : found) near += hit.distance.value() <= farthest ? 1 : 0;
  return static_cast<double>(near) / static_cast<double>(exact.size());
}

// One thread asks until `until_ms`; twice a second an answer is checked and the backlog looked at.
Seen ask(const Collection& things, std::uint64_t seed, std::size_t dimension, double until_ms,
         bool report) {
  Data data(seed, dimension);
  Seen seen;
  const double begin = monotonic_ms();
  double next_sample = begin, next_line = begin + 5000;
  std::vector<double> lately;
  for (double now = begin; now < until_ms; now = monotonic_ms()) {
    const DenseVector vector = data.next();
    const Query query{.vector = Vector(vector), .k = kK};
    const double start = monotonic_ms();
    const Hits hits = things.query(query).value();
    lately.push_back(monotonic_ms() - start);
    seen.ms.push_back(lately.back());
    if (now < next_sample) continue;
    next_sample = now + 500;
    const double share = recall(things, vector, hits);
    seen.recall_sum += share;
    seen.least_recall = std::min(seen.least_recall, share);
    ++seen.samples;
    const std::uint64_t bare = backlog(things);
    seen.most_backlog = std::max(seen.most_backlog, bare);
    if (!report || now < next_line) continue;
    std::printf(
        "{\"at_s\": %.0f, \"backlog\": %llu, \"queries\": %zu, \"p50_ms\": %.3f, \"p95_ms\": %.3f, "
        "\"p99_ms\": %.3f}\n",
        (now - begin) / 1000, static_cast<unsigned long long>(bare), lately.size(),
        quantile(lately, 0.5), quantile(lately, 0.95), quantile(lately, 0.99));
    std::fflush(stdout);
    lately.clear();
    next_line = now + 5000;
  }
  return seen;
}

void write(Collection& things, Data& data, std::uint64_t& written, std::uint64_t rows) {
  std::vector<Record> records(rows);
  for (Record& record : records) {
    record.id = std::to_string(written++);
    record.vector = Vector(data.next());
  }
  if (rows == 1) {
    things.upsert(records[0]).value();
  } else {
    things.upsert_many(records).value();
  }
}

void rest(double ms) { std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(ms)); }

void wait_until_idle(const Database& database) {
  while (database.stats().value().pending_background > 0) rest(50);
}

// Writes as fast as the backlog allows: what that comes to, once it is full.
double sustained_rate(Collection& things, Data& data, std::uint64_t& written, double seconds) {
  while (backlog(things) < kMostBacklog) write(things, data, written, 1000);
  const double begin = monotonic_ms();
  const std::uint64_t before = written;
  while (monotonic_ms() - begin < seconds * 1000) {
    if (backlog(things) < kMostBacklog) {
      write(things, data, written, 256);
    } else {
      rest(20);
    }
  }
  return static_cast<double>(written - before) / (monotonic_ms() - begin) * 1000;
}

void print(const char* phase, const Seen& seen) {
  std::printf(
      "{\"phase\": \"%s\", \"queries\": %zu, \"p50_ms\": %.3f, \"p95_ms\": %.3f, \"p99_ms\": %.3f, "
      "\"worst_ms\": %.3f, \"recall\": %.4f, \"least_recall\": %.2f, \"samples\": %llu, "
      "\"most_backlog\": %llu}\n",
      phase, seen.ms.size(), quantile(seen.ms, 0.5), quantile(seen.ms, 0.95),
      quantile(seen.ms, 0.99), quantile(seen.ms, 1),
      seen.recall_sum / static_cast<double>(std::max<std::uint64_t>(seen.samples, 1)),
      seen.least_recall, static_cast<unsigned long long>(seen.samples),
      static_cast<unsigned long long>(seen.most_backlog));
  std::fflush(stdout);
}

void table(const char* phase, const Seen& seen) {
  std::printf("%-8s %10zu %8.3f %8.3f %8.3f %8.4f %10llu\n", phase, seen.ms.size(),
              quantile(seen.ms, 0.5), quantile(seen.ms, 0.95), quantile(seen.ms, 0.99),
              seen.recall_sum / static_cast<double>(std::max<std::uint64_t>(seen.samples, 1)),
              static_cast<unsigned long long>(seen.most_backlog));
}

// The rows of the data until `done`, so many a second; how many came.
std::uint64_t write_at(double rate, const Options& options, Collection& things, Data& data,
                       std::uint64_t& written, const std::atomic<bool>& done) {
  const double begin = monotonic_ms();
  const std::uint64_t before = written;
  while (!done) {
    const double due = (monotonic_ms() - begin) / 1000 * rate;
    if (static_cast<double>(written - before + options.batch) <= due) {
      write(things, data, written, options.batch);
    } else {
      rest(std::min(5.0, 1000 * static_cast<double>(options.batch) / rate));
    }
  }
  return written - before;
}

void tell(const Options& options, double rate, std::uint64_t ingested, const Seen& idle,
          const Seen& busy, const Seen& after) {
  std::printf(
      "\n%llu rows x %llu, cosine, seed %llu; ingested %llu rows at %.0f rows/s in batches of "
      "%llu\n",
      static_cast<unsigned long long>(options.rows),
      static_cast<unsigned long long>(options.dimension),
      static_cast<unsigned long long>(options.seed), static_cast<unsigned long long>(ingested),
      rate, static_cast<unsigned long long>(options.batch));
  std::printf("%-8s %10s %8s %8s %8s %8s %10s\n", "", "queries", "p50 ms", "p95 ms", "p99 ms",
              "recall", "backlog");
  table("idle", idle);
  table("ingest", busy);
  table("after", after);
  std::printf("p99 of ingest: %.2f of idle before, %.2f of idle after\n",
              quantile(busy.ms, 0.99) / quantile(idle.ms, 0.99),
              quantile(busy.ms, 0.99) / quantile(after.ms, 0.99));
}

void run(const Options& options) {
  const auto path = std::filesystem::temp_directory_path() / "vecstore_ingest_bench";
  std::filesystem::remove_all(path);
  Database database = Database::open(path.string()).value();
  Collection things =
      database
          .create_collection("things", {.dimension = static_cast<std::uint32_t>(options.dimension)})
          .value();
  Data data(options.seed, options.dimension);
  std::uint64_t written = 0;
  while (written < options.rows)
    write(things, data, written, std::min<std::uint64_t>(1000, options.rows - written));
  things.compact().value();
  wait_until_idle(database);
  const double idle_seconds = std::min(options.seconds, 10.0);
  const Seen idle =
      ask(things, options.seed + 1, options.dimension, monotonic_ms() + idle_seconds * 1000, false);
  print("idle", idle);
  double rate = options.rate;
  if (rate == 0) {
    const double sustained = sustained_rate(things, data, written, options.calibrate);
    std::printf("{\"sustained_rows_per_second\": %.0f}\n", sustained);
    rate = sustained / 2;
    things.compact().value();
    wait_until_idle(database);
  }
  std::atomic<bool> done = false;
  std::uint64_t ingested = 0;
  std::thread writer([&] { ingested = write_at(rate, options, things, data, written, done); });
  const Seen busy = ask(things, options.seed + 2, options.dimension,
                        monotonic_ms() + options.seconds * 1000, true);
  done = true;
  writer.join();
  print("ingest", busy);
  wait_until_idle(database);
  const Seen after =
      ask(things, options.seed + 3, options.dimension, monotonic_ms() + idle_seconds * 1000, false);
  print("after", after);
  tell(options, rate, ingested, idle, busy, after);
}

}  // namespace
}  // namespace vecstore

int main(int argc, char** argv) {
  vecstore::Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    const double value = std::strtod(argv[i + 1], nullptr);
    const auto count = static_cast<std::uint64_t>(value);
    if (name == "--rows")
      options.rows = count;
    else if (name == "--dimension")
      options.dimension = count;
    else if (name == "--batch")
      options.batch = count;
    else if (name == "--seed")
      options.seed = count;
    else if (name == "--seconds")
      options.seconds = value;
    else if (name == "--calibrate")
      options.calibrate = value;
    else if (name == "--rate")
      options.rate = value;
    else
      return std::fprintf(stderr, "unknown option %s\n", argv[i]), 2;
  }
  vecstore::run(options);
}
