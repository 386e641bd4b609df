// The engine's own figures beside what the machine can do, in one run: upserts against bare appends with fdatasync, the flat scan
// against a plain read loop, texts with and without their words, and what opening costs. Prints JSON lines.
#include <fcntl.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "vecstore/vecstore.h"

namespace vecstore {
namespace {

constexpr std::size_t kUpsertDimension = 384;
constexpr std::size_t kScanDimension = 784;
constexpr std::size_t kScanRows = 60'000;

void report(const char* what, double value, const char* unit) {
  std::printf("{\"benchmark\": \"%s\", \"value\": %.4g, \"unit\": \"%s\"}\n", what, value, unit);
  std::fflush(stdout);
}

std::string folder(const char* name) {
  const auto path = std::filesystem::temp_directory_path() / (std::string("vecstore_engine_bench_") + name);
  std::filesystem::remove_all(path);
  return path.string();
}

DenseVector random_vector(Random& random, std::size_t dimension) {
  DenseVector vector(dimension);
  for (float& x : vector) x = static_cast<float>(random.normal());
  return vector;
}

double upserts_per_second(Durability durability, int count) {
  const std::string path = folder("upsert");
  Database database = Database::open(path, {.durability = durability}).value();
  Collection collection = database.create_collection("things", {.dimension = kUpsertDimension}).value();
  Random random(1);
  std::vector<Record> records;
  for (int i = 0; i < 1000; ++i) {
    Record record;
    record.vector = Vector(random_vector(random, kUpsertDimension));
    record.metadata = Metadata{{"n", i}};
    records.push_back(std::move(record));
  }
  const double begin = monotonic_ms();
  for (int i = 0; i < count; ++i) {
    Record& record = records[static_cast<std::size_t>(i % 1000)];
    record.id = "record-" + std::to_string(i);
    collection.upsert(record).value();
  }
  const double took = monotonic_ms() - begin;
  const Hits hits = collection.query({.vector = records[0].vector, .k = 1}).value();
  if (hits.size() != 1) std::abort();
  return count / took * 1000;
}

// The least that a durable write of this size can cost here.
double appends_per_second(int count) {
  const std::string path = folder("append");
  const int file = ::open(path.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
  const std::vector<char> bytes(kUpsertDimension * sizeof(float) + 100);
  const double begin = monotonic_ms();
  for (int i = 0; i < count; ++i)
    if (::write(file, bytes.data(), bytes.size()) < 0 || ::fdatasync(file) != 0) std::abort();
  const double took = monotonic_ms() - begin;
  ::close(file);
  return count / took * 1000;
}

void compare_upserts() {
  report("upsert, normal", upserts_per_second(Durability::kNormal, 60'000), "records/s");
  double best = 0;
  for (int round = 0; round < 3; ++round) {
    const double plain = appends_per_second(3000);
    const double ours = upserts_per_second(Durability::kFull, 3000);
    report("append + fdatasync", plain, "writes/s");
    report("upsert, full", ours, "records/s");
    best = std::max(best, ours / plain);
  }
  report("upsert, full / append + fdatasync", best, "ratio");
}

// Words of which the n-th is met 1 / n times as often as the first.
std::string random_text(Random& random) {
  static const char* const kSyllables[] = {"ta", "lor", "mi", "ne", "sta", "ring", "o", "ver", "com", "pu", "ting", "ed", "s", "al", "ness", "re"};
  std::string text;
  for (std::uint64_t words = 30 + random.below(60); words > 0; --words) {
    for (auto rank = static_cast<std::uint64_t>(std::pow(100'000.0, random.uniform())) + 2; rank > 0; rank /= 16) text += kSyllables[rank % 16];
    text += ' ';
  }
  return text;
}

double texts_per_second(const char* analyzer) {
  constexpr std::size_t kTexts = 30'000;
  Random random(3);
  std::vector<Record> records(kTexts);
  for (std::size_t i = 0; i < kTexts; ++i) records[i] = {.id = std::to_string(i), .text = random_text(random)};
  Database database = Database::open(folder("texts")).value();
  Collection collection = database.create_collection("things", {.text = {.analyzer = analyzer}}).value();
  const double begin = monotonic_ms();
  for (std::size_t i = 0; i < kTexts; i += 1000) collection.upsert_many(std::span(records).subspan(i, 1000)).value();
  return static_cast<double>(kTexts) / (monotonic_ms() - begin) * 1000;
}

// Eight sums at once keep a core's loads busy; the sum is used, so that the loop stays.
double read_gigabytes_per_second(const std::vector<std::uint64_t>& words) {
  const double begin = monotonic_ms();
  std::uint64_t sums[8] = {};
  for (std::size_t i = 0; i + 8 <= words.size(); i += 8)
    for (std::size_t j = 0; j < 8; ++j) sums[j] += words[i + j];
  std::uint64_t sum = 0;
  for (const std::uint64_t one : sums) sum ^= one;
  const double took = monotonic_ms() - begin;
  if (sum == 1) std::printf("\n");
  return static_cast<double>(words.size() * 8) / took / 1e6;
}

void compare_scan() {
  const std::string path = folder("scan");
  Random random(2);
  {
    Database database = Database::open(path, {.durability = Durability::kOff}).value();
    Collection collection = database.create_collection("things", {.dimension = kScanDimension, .metric = Metric::kEuclidean}).value();
    for (std::size_t done = 0; done < kScanRows; done += 1000) {
      std::vector<std::string> ids;
      DenseVector matrix;
      for (std::size_t i = 0; i < 1000; ++i) {
        ids.push_back(std::to_string(done + i));
        const DenseVector vector = random_vector(random, kScanDimension);
        matrix.insert(matrix.end(), vector.begin(), vector.end());
      }
      collection.upsert_many(ids, matrix).value();
    }
    collection.compact().value();
  }
  const double before = monotonic_ms();
  Database database = Database::open(path, {.threads = 0}).value();
  Collection collection = database.collection("things").value();
  report("open, 60,000 x 784", monotonic_ms() - before, "ms");
  const DenseVector query = random_vector(random, kScanDimension);
  const double first = monotonic_ms();
  collection.query({.vector = Vector(query), .k = 10, .plan = Plan::kScan}).value();
  report("first query, verifying every page", monotonic_ms() - first, "ms");
  const std::vector<std::uint64_t> words(kScanRows * kScanDimension / 2, 3);
  double best_read = 0;
  double best_scan = 0;
  for (int round = 0; round < 12; ++round) {
    best_read = std::max(best_read, read_gigabytes_per_second(words));
    const double begin = monotonic_ms();
    collection.query({.vector = Vector(query), .k = 10, .plan = Plan::kScan}).value();
    const double took = monotonic_ms() - begin;
    best_scan = std::max(best_scan, static_cast<double>(kScanRows * kScanDimension * 4) / took / 1e6);
  }
  report("plain read loop", best_read, "GB/s");
  report("flat scan through query()", best_scan, "GB/s");
  report("flat scan / plain read loop", best_scan / best_read, "ratio");
}

}  // namespace
}  // namespace vecstore

int main() {
  vecstore::compare_upserts();
  for (const char* analyzer : {"none", "simple", "english"})
    vecstore::report((std::string("upsert_many, texts of 60 words, ") + analyzer).c_str(), vecstore::texts_per_second(analyzer), "records/s");
  vecstore::compare_scan();
}
