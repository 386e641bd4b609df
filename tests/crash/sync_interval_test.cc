// In kNormal a power cut takes no more than the last sync_interval_ms (promise G1): by then the log
// is synced, by a thread of its own or, where there is none, by the next write. In every mode it
// takes nothing that was waited for.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "crash/workload.h"
#include "io/crash_model.h"
#include "io/fault_file_system.h"
#include "io/memory_file_system.h"

namespace vecstore::crash {
namespace {

using std::chrono::milliseconds;

DatabaseOptions quick(int threads) {
  DatabaseOptions options = small_segments(Durability::kNormal);
  options.threads = threads;
  options.sync_interval_ms = 5;
  return options;
}

// What a power cut now would leave at least: nothing that was not synced.
bool survives(const io::FaultFileSystem& files, const std::string& id) {
  io::CrashModel model;
  for (const io::Operation& operation : files.record()) model.apply(operation);
  std::shared_ptr<io::FileSystem> disk = model.state(0).disk;
  const Result<Database> database = open_on(disk, quick(0));
  if (!database.ok()) return false;
  const Result<Collection> things = database->collection("things");
  return things.ok() && things->contains(id).value_or(false);
}

TEST(SyncInterval, a_thread_syncs_what_was_written) {
  io::MemoryFileSystem disk;
  const auto files = std::make_shared<io::FaultFileSystem>(disk);
  Database database = open_on(files, quick(1)).value();
  Collection things = database.get_or_create("things", {.dimension = 2}).value();
  ASSERT_TRUE(things.upsert({.id = "a", .metadata = Metadata{{"n", 1}}}).ok());
  bool there = false;
  for (int tries = 0; tries < 2000 && !there; ++tries) {
    std::this_thread::sleep_for(milliseconds(5));
    there = survives(*files, "a");
  }
  EXPECT_TRUE(there);
}

TEST(SyncInterval, without_threads_the_next_write_after_it_syncs) {
  io::MemoryFileSystem disk;
  const auto files = std::make_shared<io::FaultFileSystem>(disk);
  Database database = open_on(files, quick(0)).value();
  Collection things = database.get_or_create("things", {.dimension = 2}).value();
  ASSERT_TRUE(things.upsert({.id = "a", .metadata = Metadata{{"n", 1}}}).ok());
  std::this_thread::sleep_for(milliseconds(10));
  ASSERT_TRUE(things.upsert({.id = "b", .metadata = Metadata{{"n", 2}}}).ok());
  EXPECT_TRUE(survives(*files, "a"));
  EXPECT_TRUE(survives(*files, "b"));
}

// The interval never passes here.
TEST(WaitDurable, a_power_cut_takes_nothing_that_was_waited_for) {
  for (const Durability durability : {Durability::kFull, Durability::kNormal, Durability::kOff}) {
    SCOPED_TRACE(std::string(durability_name(durability)));
    io::MemoryFileSystem disk;
    const auto files = std::make_shared<io::FaultFileSystem>(disk);
    DatabaseOptions options = small_segments(durability);
    options.threads = 0;
    Database database = open_on(files, options).value();
    Collection things = database.get_or_create("things", {.dimension = 2}).value();
    for (int i = 0; i < 40; ++i) {  // with seals and merges in between
      const std::string id = std::to_string(i);
      const std::vector<Record> batch = {{.id = id}, {.id = "with " + id}};
      const Result<WriteResult> written = things.upsert_many(batch);
      ASSERT_TRUE(written.ok());
      ASSERT_TRUE(durability == Durability::kFull || i > 0 || !survives(*files, id));
      ASSERT_TRUE(database.wait_durable(written->sequence).ok());
      ASSERT_TRUE(survives(*files, id)) << i;
      ASSERT_TRUE(survives(*files, "with " + id)) << i;
    }
  }
}

}  // namespace
}  // namespace vecstore::crash
