// The n-th allocation of a call fails, for every n: the call says so, the state is the one before
// or after it, nothing leaks (under the leak sanitizer), and the store goes on (promise G4).
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <functional>

#include "base/test_folder.h"
#include "crash/allocator.h"
#include "crash/workload.h"
#include "io/fault_file_system.h"
#include "io/memory_file_system.h"
#include "soak/trials.h"

namespace vecstore::crash {
namespace {

namespace disk = std::filesystem;

// Stores side by side on the disk: the one that all trials of a step start from, and the trial's.
class Folders {
 public:
  std::string base() const { return (folder_ / "base").string(); }
  std::string trial() const { return (folder_ / "trial").string(); }
  void begin_trial() const {
    disk::remove_all(trial());
    if (disk::exists(base())) disk::copy(base(), trial(), disk::copy_options::recursive);
  }
  void keep_trial() const {
    disk::remove_all(base());
    disk::rename(trial(), base());
  }

 private:
  TestFolder folder_{TestFolder::Where::kMemory};
};

void expect_undamaged(const std::string& folder) {
  const CheckReport report = Database::check(folder, true).value();
  for (const Damage& damage : report.damage) ADD_FAILURE() << damage.file << ": " << damage.what;
}

// False when the step made fewer than `n` allocations.
bool fail_one(const Folders& folders, const Workload& workload, std::size_t step, std::size_t n,
              const DatabaseOptions& options) {
  const State& before = workload.state_after(step);
  const State& after = workload.state_after(step + 1);
  State now;
  bool met = false;
  {
    Database database = open_on(nullptr, options, folders.trial()).value();
    Status status;
    met = fail_nth_allocation(n, [&] { status = workload.run(step, database); });
    EXPECT_TRUE(met || status.ok()) << status.to_string();
    now = read_state(database).value();
    EXPECT_TRUE(now == after || (now == before && !status.ok())) << status.to_string();
    static_cast<void>(database.wait_for_background().ok());  // what failed behind the write
    if (database.stats().value().writable) {
      EXPECT_EQ(workload.run(step, database).to_string(), "ok") << "after " << status.to_string();
      now = read_state(database).value();
      EXPECT_EQ(now, after);
    } else {  // whatever is tried now must not reach the disk
      for (const char* name : kCollections)
        if (Result<Collection> one = database.collection(name); one.ok())
          static_cast<void>(one->flush().ok());
    }
  }
  Database database = open_on(nullptr, options, folders.trial()).value();
  const State reopened = read_state(database).value();
  EXPECT_TRUE(reopened == now || reopened == after);
  EXPECT_TRUE(now != after || reopened == after) << "what was acknowledged is gone";
  EXPECT_EQ(database.close().to_string(), "ok");
  expect_undamaged(folders.trial());
  return met;
}

void fail_every_allocation(const Workload& workload, Durability durability, Trials& trials) {
  const Folders folders;
  for (std::size_t step = 0; step < workload.steps(); ++step) {
    for (std::size_t n = 1;; ++n, trials.count(1)) {
      SCOPED_TRACE("seed " + std::to_string(trials.seed()) + ", step " + std::to_string(step) +
                   ", allocation " + std::to_string(n));
      folders.begin_trial();
      const bool more = fail_one(folders, workload, step, n, small_segments(durability));
      if (testing::Test::HasFailure()) return;
      if (!more) break;
    }
    folders.keep_trial();
  }
}

void fail_every_write(std::size_t steps, Durability durability, Trials&& trials) {
  while (trials.next()) fail_every_allocation(Workload(trials.seed(), steps), durability, trials);
  if (!trials.soaking()) {
    EXPECT_GT(trials.counted(), 50 * steps);
  }
}

TEST(FailingAllocations, every_one_of_a_write_is_an_error_that_changes_nothing) {
  fail_every_write(16 / kShare, Durability::kOff,
                   Trials({.row = "failing allocation", .mode = "off", .first_seed = 11}));
}
TEST(FailingAllocations, every_one_of_a_synced_write_is_an_error_that_changes_nothing) {
  fail_every_write(8 / kShare, Durability::kFull,
                   Trials({.row = "failing allocation", .mode = "full", .first_seed = 11}));
}

// Calls `call` with every allocation failing in turn: refused for want of memory each time, until
// it needs no more.
void fail_every(const char* what, const std::function<Status()>& call) {
  for (std::size_t n = 1;; ++n) {
    Status status;
    const bool met = fail_nth_allocation(n, [&] { status = call(); });
    if (!met) {
      EXPECT_EQ(status.to_string(), "ok") << what;
      EXPECT_GT(n, 1u) << what;
      return;
    }
    ASSERT_TRUE(status.ok() || status.code() == Code::kResourceExhausted)
        << what << " at " << n << ": " << status.to_string();
  }
}

TEST(FailingAllocations, every_one_of_a_read_is_an_error) {
  io::MemoryFileSystem memory;
  const std::shared_ptr<io::FileSystem> files(&memory, [](auto*) {});
  const DatabaseOptions options = small_segments(Durability::kNormal);
  const Workload workload(11, 16);
  const Query query{.vector = Vector{1.0f, 2.0f}, .k = 3};
  Database database = open_on(files, options).value();
  for (std::size_t step = 0; step < 16; ++step) ASSERT_TRUE(workload.run(step, database).ok());
  Collection things = database.collection("things").value();
  const std::string id = things.scan().value().next(1).value().at(0).id;
  fail_every("collection", [&] { return database.collection("things").status(); });
  fail_every("get", [&] { return things.get(id).status(); });
  fail_every("query", [&] { return things.query(query).status(); });
  const Query words{.text = "t*", .text_syntax = TextSyntax::kQuery};
  EXPECT_FALSE(things.query(words).value().empty());
  ASSERT_TRUE(database.close().ok());
  database = open_on(files, options).value();
  things = database.collection("things").value();
  fail_every("first query of the texts", [&] { return things.query(words).status(); });
  const Query both{.vector = Vector{1.0f, 2.0f}, .text = "ttt tttt"};
  fail_every("hybrid query", [&] { return things.query(both).status(); });
  const Query tree{.filter = "$id != 'x'",
                   .prefetch = {query, both},
                   .formula = "score + $1",
                   .mmr = Mmr(),
                   .group_by = GroupBy{"n"},
                   .explain = Explain::kAnalyze};
  fail_every("query tree", [&] { return things.query(tree).status(); });
  fail_every("scan", [&]() -> Status {
    VECSTORE_ASSIGN(Scan scan, things.scan());
    return scan.next(100).status();
  });
  fail_every("stats", [&] { return database.stats().status(); });
  ASSERT_TRUE(database.close().ok());
  fail_every("open", [&] { return open_on(files, options).status(); });
  fail_every("open to read", [&] {
    DatabaseOptions reading = options;
    reading.read_only = true;
    return open_on(files, reading).status();
  });
  EXPECT_EQ(read_state(open_on(files, options).value()).value(), workload.state_after(16));
}

const Record kFirst{.id = "a", .vector = {1.0f, 2.0f}};
const Record kSecond{.id = "b", .vector = {3.0f, 4.0f}};

struct Both {
  bool allocation_failed = false;
  bool operation_failed = false;
};

// An upsert that meets a fault of the disk, and no memory at its n-th allocation.
Both upsert_failing(Collection& things, io::FaultFileSystem& files, io::FaultKind kind,
                    std::size_t n, Status& status) {
  Both both;
  files.fail({.kind = kind, .at = 0, .sticky = false});
  both.allocation_failed = fail_nth_allocation(n, [&] { status = things.upsert(kFirst).status(); });
  both.operation_failed = files.faults_hit() > 0;
  files.clear_fault();
  EXPECT_FALSE(status.ok()) << "at allocation " << n;
  return both;
}

TEST(FailingAllocations, a_failed_sync_fences_the_writer_even_without_memory_to_say_why) {
  bool more = true;
  std::size_t fenced = 0;
  for (std::size_t n = 1; more && !HasFailure(); ++n) {
    io::MemoryFileSystem memory;
    const auto files = std::make_shared<io::FaultFileSystem>(memory);
    Database database = open_on(files, small_segments(Durability::kFull)).value();
    Collection things = database.get_or_create("things", {.dimension = 2}).value();
    Status status;
    const Both both = upsert_failing(things, *files, io::FaultKind::kFailedSync, n, status);
    more = both.allocation_failed;
    if (!both.operation_failed) continue;
    ++fenced;
    EXPECT_FALSE(database.stats().value().writable) << n;
    EXPECT_EQ(things.upsert(kSecond).status().code(), Code::kFailedPrecondition) << n;
  }
  EXPECT_GT(fenced, 3u);
}

TEST(FailingAllocations, a_short_write_leaves_no_piece_even_without_memory_to_say_why) {
  bool more = true;
  std::size_t cut = 0;
  for (std::size_t n = 1; more && !HasFailure(); ++n) {
    io::MemoryFileSystem memory;
    const auto files = std::make_shared<io::FaultFileSystem>(memory);
    {
      Database database = open_on(files, small_segments(Durability::kNormal)).value();
      Collection things = database.get_or_create("things", {.dimension = 2}).value();
      Status status;
      const Both both = upsert_failing(things, *files, io::FaultKind::kShortWrite, n, status);
      more = both.allocation_failed;
      cut += both.operation_failed ? 1 : 0;
      EXPECT_EQ(things.upsert(kSecond).status().to_string(), "ok") << n;
    }
    Database database = open_on(files, small_segments(Durability::kNormal)).value();
    const Collection things = database.collection("things").value();
    EXPECT_FALSE(things.contains("a").value()) << n;
    EXPECT_TRUE(things.contains("b").value()) << n;
  }
  EXPECT_GT(cut, 3u);
}

}  // namespace
}  // namespace vecstore::crash
