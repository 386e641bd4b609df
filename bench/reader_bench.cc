// Does a reader wait for a writer? How long one query takes while nothing else happens, and while
// another thread writes, seals, merges, makes snapshots, restores them, copies the database. Prints
// a JSON line for each; see docs/guide/durability.md.
//
//   reader_bench [ROWS [SECONDS]]      10,000 rows of 128 components, 5 seconds for each phase
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "vecstore/vecstore.h"

namespace vecstore {
namespace {

constexpr std::size_t kDimension = 128;
constexpr std::uint64_t kBatch = 256;

void must(const Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.to_string().c_str());
  std::exit(1);
}

DenseVector some_vector(Random& random) {
  DenseVector vector(kDimension);
  for (float& x : vector) x = static_cast<float>(random.normal());
  return vector;
}

std::vector<Record> some_records(Random& random, std::uint64_t first, std::uint64_t count) {
  std::vector<Record> records(count);
  for (std::uint64_t i = 0; i < count; ++i)
    records[i] = {.id = std::to_string(first + i), .vector = Vector(some_vector(random))};
  return records;
}

class Bench {
 public:
  Bench(std::string folder, std::uint64_t rows, double seconds)
      : folder_(std::move(folder)),
        rows_(rows),
        seconds_(seconds),
        database_(Database::open(folder_ + "/db").value()),
        things_(database_.create_collection("things", {.dimension = kDimension}).value()) {
    things_.upsert_many(some_records(random_, 0, rows_)).value();
    settle();
  }

  void run();

 private:
  using Work = std::function<void(Random&)>;
  void settle() {
    things_.compact().value();
    must(database_.wait_for_background());
  }
  void phase(const char* name, const Work& work);

  const std::string folder_;
  const std::uint64_t rows_;
  const double seconds_;
  Random random_{1};
  Database database_;
  Collection things_;
  int copies_ = 0;
};

void Bench::phase(const char* name, const Work& work) {
  std::atomic<bool> done = false;
  std::atomic<std::uint64_t> times = 0;
  std::thread writer([&] {
    Random random(2);
    for (; work && !done; ++times) work(random);
  });
  std::vector<double> us;
  Random random(3);
  for (const double begin = monotonic_ms(); monotonic_ms() - begin < seconds_ * 1000;) {
    const Query query{.vector = Vector(some_vector(random)), .k = 10};
    const double start = monotonic_ms();
    things_.query(query).value();
    us.push_back((monotonic_ms() - start) * 1000);
  }
  done = true;
  writer.join();
  std::ranges::sort(us);
  const auto at = [&](double share) {
    return us[static_cast<std::size_t>(share * static_cast<double>(us.size() - 1))];
  };
  std::printf(
      "{\"phase\": \"%s\", \"times\": %llu, \"queries\": %zu, \"p50_us\": %.0f, \"p99_us\": %.0f, "
      "\"p999_us\": %.0f, \"worst_us\": %.0f}\n",
      name, static_cast<unsigned long long>(times), us.size(), at(0.5), at(0.99), at(0.999), at(1));
  std::fflush(stdout);
  settle();
}

void Bench::run() {
  phase("idle", {});
  phase("single upserts", [&](Random& random) {
    things_.upsert(some_records(random, random.below(rows_), 1)[0]).value();
  });
  phase("batches", [&](Random& random) {
    things_.upsert_many(some_records(random, random.below(rows_), kBatch)).value();
  });
  phase("deletes", [&](Random& random) {
    const std::string id = std::to_string(random.below(rows_));
    things_.remove(id).value();
    things_.upsert(some_records(random, std::strtoull(id.c_str(), nullptr, 10), 1)[0]).value();
  });
  phase("flush", [&](Random& random) {
    things_.upsert_many(some_records(random, random.below(rows_), kBatch)).value();
    must(database_.flush());
  });
  phase("compact", [&](Random& random) {
    things_.upsert_many(some_records(random, random.below(rows_), kBatch)).value();
    things_.compact().value();
  });
  phase("snapshots", [&](Random& random) {
    things_.upsert(some_records(random, random.below(rows_), 1)[0]).value();
    database_.create_snapshot("s").value();
    must(database_.drop_snapshot("s"));
  });
  database_.create_snapshot("kept").value();
  phase("restores", [&](Random& random) {
    things_.upsert(some_records(random, random.below(rows_), 1)[0]).value();
    must(database_.restore_snapshot("kept"));
  });
  phase("backups", [&](Random&) {
    const std::string copy = folder_ + "/copy" + std::to_string(copies_++);
    database_.backup(copy).value();
    std::filesystem::remove_all(copy);
  });
}

}  // namespace
}  // namespace vecstore

int main(int argc, char** argv) {
  const std::uint64_t rows = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 10'000;
  const double seconds = argc > 2 ? std::strtod(argv[2], nullptr) : 5;
  if (argc > 3 || rows == 0 || !(seconds > 0))
    return std::fprintf(stderr, "usage: reader_bench [ROWS [SECONDS]]\n"), 2;
  const auto folder = std::filesystem::temp_directory_path() / "vecstore_reader_bench";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  vecstore::Bench(folder.string(), rows, seconds).run();
  std::filesystem::remove_all(folder);
}
