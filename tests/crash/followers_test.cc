// Readers in other processes beside a writer at full speed, each of them killed at random moments
// (promise G6): after a refresh a reader sees every write that was acknowledged before, batches
// whole, and what it sees never goes back but by a restored snapshot.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <new>

#include "base/hash.h"
#include "base/random.h"
#include "base/test_folder.h"
#include "crash/workload.h"
#include "soak/trials.h"

namespace vecstore::crash {
namespace {

constexpr std::int64_t kIds = 200;
constexpr std::int64_t kBatchRecords = 5;
constexpr int kReaders = 3;
constexpr std::chrono::milliseconds kPatience{60'000};

// What the writer does in its n-th step. A killed one does its last step again: nothing comes of
// that.
enum class Step { kUpsert, kBatch, kRemove, kFlush, kCompact, kSnapshot, kRestore };

Step step_of(std::int64_t n) {
  if (n % 400 == 399) return Step::kRestore;
  if (n % 150 == 100) return Step::kSnapshot;
  if (n % 1009 == 500) return Step::kCompact;
  if (n % 211 == 20) return Step::kFlush;
  if (n % 11 == 3) return Step::kRemove;
  return n % 7 == 0 ? Step::kBatch : Step::kUpsert;
}

std::string id_of(std::int64_t n, std::int64_t i = 0) {
  return "id" + std::to_string((n + i * 41) % kIds);
}
std::string removed_by(std::int64_t n) { return id_of(n * 13); }

// What a reader should see after each step, known by a sum over its records.
class Model {
 public:
  static std::uint64_t part(const std::string& id, std::int64_t n) {
    return hash64(as_bytes(id + "=" + std::to_string(n)));
  }
  std::int64_t steps() const { return steps_; }
  std::uint64_t sum() const { return now_.sum; }

  void do_next() {
    const std::int64_t n = steps_++;
    const Step step = step_of(n);
    if (step == Step::kSnapshot) snapshot_ = now_;
    if (step == Step::kRestore) now_ = snapshot_;
    if (step == Step::kRemove) set(removed_by(n), -1);
    const std::int64_t records = step == Step::kBatch    ? kBatchRecords
                                 : step == Step::kUpsert ? 1
                                                         : 0;
    for (std::int64_t i = 0; i < records; ++i) set(id_of(n, i), n);
  }

 private:
  struct Known {
    std::map<std::string, std::int64_t> records;
    std::uint64_t sum = 0;
  };
  void set(const std::string& id, std::int64_t n) {
    const auto at = now_.records.find(id);
    if (at != now_.records.end()) {
      now_.sum -= part(id, at->second);
      now_.records.erase(at);
    }
    if (n < 0) return;
    now_.records[id] = n;
    now_.sum += part(id, n);
  }
  Known now_, snapshot_;
  std::int64_t steps_ = 0;  // done
};

// What the processes share. The number of steps acknowledged and the sequence of the last write,
// 32 bits each, so that they are read together.
struct Shared {
  std::atomic<std::uint64_t> acknowledged = 0;
  std::atomic<std::uint64_t> refreshes = 0;
  std::atomic<bool> stop = false;
};
std::int64_t steps_in(std::uint64_t acknowledged) {
  return static_cast<std::int64_t>(acknowledged >> 32);
}
std::uint64_t sequence_in(std::uint64_t acknowledged) { return acknowledged & 0xffffffff; }

[[noreturn]] void give_up(const char* who, const std::string& why) {
  std::fprintf(stderr, "%s: %s\n", who, why.c_str());
  _exit(1);
}

template <typename T>
T must(const char* who, Result<T> result) {
  if (!result.ok()) give_up(who, result.status().to_string());
  return *std::move(result);
}
void must(const char* who, const Status& status) {
  if (!status.ok()) give_up(who, status.to_string());
}

DatabaseOptions writer_options() {
  DatabaseOptions options;
  options.seal_rows = 50;
  options.merge_fanout = 3;
  return options;
}

Record record_of(std::int64_t n, std::int64_t i) {
  return {.id = id_of(n, i),
          .vector = DenseVector(8, static_cast<float>(n % 1000 + 1)),
          .metadata = Metadata{{"n", n}}};
}

std::uint64_t do_step(std::int64_t n, Database& database, Collection& things) {
  switch (step_of(n)) {
    case Step::kUpsert:
      return must("writer", things.upsert(record_of(n, 0))).sequence;
    case Step::kBatch: {
      std::vector<Record> records;
      for (std::int64_t i = 0; i < kBatchRecords; ++i) records.push_back(record_of(n, i));
      return must("writer", things.upsert_many(records)).sequence;
    }
    case Step::kRemove:
      return must("writer", things.remove(removed_by(n))).sequence;
    case Step::kFlush:
      return must("writer", database.flush()), 0;
    case Step::kCompact:
      return static_cast<void>(must("writer", things.compact())), 0;
    case Step::kSnapshot:
      static_cast<void>(database.drop_snapshot("s").ok());  // there is none at first
      return static_cast<void>(must("writer", database.create_snapshot("s"))), 0;
    case Step::kRestore:
      return must("writer", database.restore_snapshot("s")), 0;
  }
  return 0;
}

[[noreturn]] void write_until_killed(const std::string& path, Shared& shared) {
  Database database = must("writer", Database::open(path, writer_options()));
  Collection things = must("writer", database.collection("things"));
  std::uint64_t acknowledged = shared.acknowledged;
  std::uint64_t sequence = sequence_in(acknowledged);
  for (std::int64_t n = steps_in(acknowledged);; ++n) {
    if (const std::uint64_t written = do_step(n, database, things); written != 0)
      sequence = written;
    shared.acknowledged = static_cast<std::uint64_t>(n + 1) << 32 | sequence;
  }
}

// Of all records at one moment.
std::uint64_t sum_of(const Collection& things) {
  Scan scan = must("reader", things.scan());
  std::uint64_t sum = 0;
  for (const Record& record : must("reader", scan.next(10'000)))
    sum += Model::part(record.id, *record.metadata.find("n")->as_int());
  return sum;
}

Database open_reader(const std::string& path, int which) {
  DatabaseOptions options;
  options.read_only = true;
  options.memory_map = which != 1;
  options.refresh_interval_ms = which == 2 ? 1 : 0;  // follows by itself besides
  return must("reader", Database::open(path, options));
}

[[noreturn]] void read_until_stopped(const std::string& path, Shared& shared, int which) {
  Model model;
  Database database = open_reader(path, which);
  for (int round = 1; !shared.stop; ++round) {
    if (round % 200 == 0) database = open_reader(path, which);
    const Collection things = must("reader", database.collection("things"));
    const std::uint64_t before = shared.acknowledged;
    must("reader", database.refresh_to(sequence_in(before), kPatience));
    ++shared.refreshes;
    const std::uint64_t seen = sum_of(things);
    const auto hits = things.query({.vector = DenseVector(8, 1.0f), .k = 3});
    if (!hits.ok()) give_up("reader", hits.status().to_string());
    const std::int64_t most = steps_in(shared.acknowledged) + 1;  // one may not be acknowledged
    while (model.steps() < steps_in(before)) model.do_next();
    while (model.sum() != seen && model.steps() < most) model.do_next();
    if (model.sum() != seen)
      give_up("reader", "what it sees is no state after " + std::to_string(steps_in(before)) +
                            " to " + std::to_string(most) + " steps");
  }
  _exit(0);
}

struct Processes {
  const std::string& path;
  Shared& shared;
  std::array<pid_t, 1 + kReaders> ids = {};  // the writer is the first

  void start(std::size_t i) {
    ids[i] = ::fork();
    if (ids[i] != 0) return;
    if (i == 0) write_until_killed(path, shared);
    read_until_stopped(path, shared, static_cast<int>(i) - 1);
  }
  void kill(std::size_t i) {
    ::kill(ids[i], SIGKILL);
    int status = 0;
    ::waitpid(ids[i], &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "process " << i << " ended by itself: " << status;
  }
  void expect_all_alive() {
    for (std::size_t i = 0; i < ids.size(); ++i)
      EXPECT_EQ(::waitpid(ids[i], nullptr, WNOHANG), 0) << "process " << i << " ended by itself";
  }
  void stop_readers() {
    shared.stop = true;
    for (std::size_t i = 1; i < ids.size(); ++i) {
      int status = 0;
      ::waitpid(ids[i], &status, 0);
      EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "reader " << i;
    }
  }
};

constexpr int kKills = 20;

void kill_and_follow(std::uint64_t seed) {
  Random random(seed);
  const TestFolder folder;
  const std::string path = (folder / "store").string();
  {
    Database database = Database::open(path, writer_options()).value();
    ASSERT_TRUE(database.create_collection("things", {.dimension = 8}).ok());
  }
  void* memory =
      ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  Shared& shared = *new (memory) Shared;
  Processes processes{path, shared};
  for (std::size_t i = 0; i < processes.ids.size(); ++i) processes.start(i);
  for (int kill = 0; kill < kKills && !testing::Test::HasFailure(); ++kill) {
    ::usleep(50'000 + static_cast<unsigned>(random.below(400'000)));
    processes.expect_all_alive();
    const std::size_t whom = random.below(2) == 0 ? 0 : 1 + random.below(kReaders);
    processes.kill(whom);
    processes.start(whom);
  }
  ::usleep(200'000);
  processes.expect_all_alive();
  processes.kill(0);
  processes.stop_readers();
  std::printf("%lld steps, %llu refreshes\n", static_cast<long long>(steps_in(shared.acknowledged)),
              static_cast<unsigned long long>(shared.refreshes.load()));
  EXPECT_GT(shared.refreshes, 10u);
  ::munmap(memory, sizeof(Shared));
}

TEST(Followers, see_what_was_acknowledged_whoever_is_killed) {
  Trials trials({.row = "readers", .mode = "other processes", .first_seed = 20'261'123});
  while (trials.next()) {
    kill_and_follow(trials.seed());
    trials.count(kKills);
  }
}

}  // namespace
}  // namespace vecstore::crash
