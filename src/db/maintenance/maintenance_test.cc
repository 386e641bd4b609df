// What comes in the middle of work on files: drops, writes, seals, the end of the database.
#include "db/maintenance/maintenance.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <thread>

#include "db/test_store.h"
#include "io/fault_file_system.h"

namespace vecstore::db {
namespace {

bool is_segment(const std::string& path) { return path.ends_with(".seg"); }

struct Fixture {
  std::shared_ptr<OddFiles> files = std::make_shared<OddFiles>();
  Database database =
      open_on(files, {.threads = 0, .memory_map = false, .seal_rows = 4, .merge_fanout = 100});
  Collection things = database.create_collection("things", {.dimension = 2}).value();

  Fixture() {
    EXPECT_TRUE(fill(things, 0, 12).ok());
    EXPECT_TRUE(things.flush().ok());
  }
  // Once, at the next file that is made and that `which` takes.
  void in_the_middle(bool (*which)(const std::string&), const std::function<Status()>& call) {
    files->on_create = [which, call, done = false](const std::string& path) mutable -> Status {
      if (done || !which(path)) return {};
      done = true;
      return call();
    };
  }
};

// Its files are another writer's as soon as the database is closed.
TEST(Maintenance, a_compact_in_another_thread_touches_no_file_once_the_database_is_closed) {
  Fixture fixture;
  std::atomic<bool> begun = false, closed = false, touched = false;
  std::promise<void> is_closed;
  fixture.files->on_remove = [&](const std::string&) {
    touched = touched || closed;
    return Status();
  };
  fixture.files->on_create = [&](const std::string& path) {
    touched = touched || closed;
    if (!is_segment(path) || begun.exchange(true)) return Status();
    is_closed.get_future().wait_for(std::chrono::milliseconds(100));  // which waits for this
    return Status();
  };
  Status compacted;
  std::thread other([&] { compacted = fixture.things.compact().status(); });
  while (!begun) std::this_thread::yield();
  EXPECT_TRUE(fixture.database.close().ok());
  closed = true;
  is_closed.set_value();
  other.join();
  EXPECT_EQ(compacted.code(), Code::kCancelled) << compacted.to_string();
  EXPECT_FALSE(touched);
  const auto segments = std::ranges::count_if(fixture.files->files(), is_segment);
  EXPECT_EQ(segments, 3) << "what the compact began is gone";
  EXPECT_EQ(open_on(fixture.files).collection("things")->count().value(), 12u);
}

// A call that was let in before the end, and comes to its work behind it.
TEST(Maintenance, a_closed_store_writes_no_file) {
  const auto files = std::make_shared<OddFiles>();
  Environment environment;
  environment.files = files;
  const CollectionOptions wanted{.dimension = 2, .hnsw = {.min_rows = 2}};
  const DatabaseOptions options{.threads = 0, .memory_map = false};
  std::shared_ptr<CollectionCore> merged, apart;
  {
    Database database = open_on(files, options);
    for (const char* name : {"merged", "apart"}) {
      Collection things = database.create_collection(name, wanted).value();
      for (int i = 0; i < 8; i += 4) {
        ASSERT_TRUE(fill(things, i, i + 4).ok());
        ASSERT_TRUE(things.flush().ok());
      }
    }
    ASSERT_TRUE(database.collection("merged")->compact().ok());
  }
  const std::shared_ptr<Store> store = Store::open("store", options, environment).value();
  merged = store->find_collection("merged").value();
  apart = store->find_collection("apart").value();
  const auto change = [](Schema& schema) {
    schema.fields[0].quantization = Quantization::kSq8;
    return Status();
  };
  ASSERT_TRUE(store->alter(merged, change).ok());
  ASSERT_TRUE(store->close().ok());
  int made = 0;
  files->on_create = [&](const std::string&) { return ++made, Status(); };
  Maintenance& maintenance = store->maintenance();
  const Status refused[] = {maintenance.merge_all(apart),   // a segment
                            maintenance.merge_all(merged),  // a graph with other codes
                            maintenance.drop_snapshot("none"), store->alter(apart, change),
                            store->wait_durable(1)};
  for (const Status& status : refused)
    EXPECT_EQ(status.code(), Code::kFailedPrecondition) << status.to_string();
  EXPECT_EQ(made, 0);
}

TEST(Maintenance, a_compact_of_all_says_which_collection_went_meanwhile) {
  Fixture fixture;
  ASSERT_TRUE(fixture.database.create_collection("zebras").ok());
  ASSERT_TRUE(fixture.things.remove("3").ok());
  fixture.in_the_middle(is_segment, [&] { return fixture.database.drop_collection("zebras"); });
  const Status status = fixture.database.compact().status();
  EXPECT_EQ(status.code(), Code::kNotFound) << status.to_string();
  EXPECT_NE(status.message().find("zebras"), std::string::npos) << status.message();
  EXPECT_EQ(fixture.database.compact()->collections.size(), 1u);
  EXPECT_EQ(fixture.things.count().value(), 11u);
}

// Four seals wait for a disk without room: the next write has to write their files first.
TEST(Maintenance, a_write_that_waits_for_files_of_a_collection_that_goes_is_refused) {
  Fixture fixture;
  fixture.files->on_create = OddFiles::no_segments;
  ASSERT_TRUE(fill(fixture.things, 12, 28).ok());
  EXPECT_FALSE(fixture.database.wait_for_background().ok());
  fixture.in_the_middle(is_segment, [&] { return fixture.database.drop_collection("things"); });
  const Status status = fixture.things.upsert({.id = "late", .vector = {1, 1}}).status();
  EXPECT_EQ(status.code(), Code::kNotFound) << status.to_string();
  EXPECT_TRUE(fixture.database.list_collections()->empty());
}

// What died while a merge wrote its file goes into a mask of that file, once the log need not tell.
TEST(Maintenance, a_mask_that_cannot_be_written_leaves_what_was_merged) {
  Fixture fixture;
  bool full = false;
  fixture.files->on_create = [&, done = false](const std::string& path) mutable -> Status {
    if (full && path.ends_with(".del")) return resource_exhausted("no masks today");
    if (done || !is_segment(path)) return {};
    done = true;
    VECSTORE_TRY(fixture.things.remove("3").status());
    VECSTORE_TRY(fixture.things.upsert({.id = "more", .vector = {1, 1}}).status());
    Status flushed;  // as another thread does it, beside a merge
    std::thread([&] { flushed = fixture.things.flush(); }).join();
    full = true;
    return flushed;
  };
  EXPECT_EQ(fixture.things.compact().status().code(), Code::kResourceExhausted);
  EXPECT_EQ(fixture.things.count().value(), 12u);
  const std::string before = dump(fixture.things);
  full = false;
  EXPECT_TRUE(fixture.things.compact().ok());
  EXPECT_EQ(dump(fixture.things), before);
  ASSERT_TRUE(fixture.database.close().ok());
  EXPECT_EQ(dump(open_on(fixture.files).collection("things").value()), before);
}

// Whose folder of manifests cannot be synced when `lost`: what was renamed may not last.
class LostNames : public OddFiles {
 public:
  std::atomic<bool> lost = false;
  Status sync_folder(const std::string& folder) override {
    if (lost && folder == "store") return Status(Code::kUnknown, "input/output error");
    return OddFiles::sync_folder(folder);
  }
};

// Which of two states the disk has is not known: a manifest of either would decide it.
TEST(Maintenance, behind_a_restore_in_doubt_no_manifest_is_written) {
  const auto files = std::make_shared<LostNames>();
  DatabaseOptions options = small();
  options.threads = 1;
  Database database = open_on(files, options);
  Collection things = database.create_collection("things", {.dimension = 2}).value();
  ASSERT_TRUE(fill(things, 0, 6).ok());
  ASSERT_TRUE(database.create_snapshot("monday").ok());
  ASSERT_TRUE(database.wait_for_background().ok());
  std::atomic<bool> begun = false;
  files->on_open = [&](const std::string& path) -> Status {
    if (!is_segment(path) || begun.exchange(true)) return {};
    files->lost = true;
    return fill(things, 6, 12);  // sealed: a file of it is written when the restore is done
  };
  const Status restored = database.restore_snapshot("monday");
  EXPECT_NE(restored.message().find("when the database is opened again"), std::string::npos)
      << restored.to_string();
  files->lost = false;
  const auto manifests = [&] {
    return std::ranges::count_if(files->files(), [](const std::string& path) {
      return path.starts_with("store/MANIFEST-");
    });
  };
  const auto before = manifests();
  EXPECT_FALSE(database.wait_for_background().ok());
  EXPECT_EQ(manifests(), before);
  EXPECT_FALSE(things.upsert({.id = "later", .vector = {1, 1}}).ok());
}

// Fails on cue, and before that asks who would make a file.
class AskedFaults : public io::FaultFileSystem {
 public:
  using FaultFileSystem::FaultFileSystem;
  std::function<void(const std::string&)> before_create;
  Result<std::unique_ptr<io::WritableFile>> create(const std::string& path,
                                                   io::Create mode) override {
    if (before_create) before_create(path);
    return FaultFileSystem::create(path, mode);
  }
};

// Written while the first files of a snapshot are: sealed with the rest, in the moment that it is
// of. Each operation of that fails in turn.
TEST(Maintenance, a_snapshot_that_writes_go_into_says_what_failed_and_is_made_later) {
  std::size_t n = 0;
  for (bool hit = true; hit && !HasFailure(); ++n) {
    SCOPED_TRACE(n);
    const auto disk = std::make_shared<OddFiles>();
    const auto files = std::make_shared<AskedFaults>(*disk);
    std::string seen;
    {
      Database database = open_on(files);
      Collection things = database.create_collection("things", {.dimension = 2}).value();
      ASSERT_TRUE(fill(things, 0, 3).ok());
      files->before_create = [&, done = false](const std::string& path) mutable {
        if (done || !is_segment(path)) return;
        done = true;
        static_cast<void>(things.upsert({.id = "meanwhile", .vector = {1, 1}}).ok());
      };
      files->fail({.kind = io::FaultKind::kDiskFull, .at = n});
      const Status made = database.create_snapshot("monday").status();
      hit = files->faults_hit() > 0;
      files->clear_fault();
      EXPECT_EQ(database.list_snapshots()->size(), made.ok() ? 1u : 0u) << made.to_string();
      if (!made.ok()) {
        EXPECT_EQ(database.create_snapshot("monday").status().to_string(), "ok");
      }
      seen = dump(things);
    }
    EXPECT_EQ(dump(open_on(disk).collection("things").value()), seen);
  }
  EXPECT_GT(n, 8u);
}

// One write to a collection that is never written again, and a log that has grown since: its seal
// is work of the background, which the writers of others do not pay for.
TEST(Maintenance, a_collection_that_keeps_the_log_and_cannot_be_sealed_is_an_error_behind) {
  const auto files = std::make_shared<OddFiles>();
  const std::thread::id writer = std::this_thread::get_id();
  std::atomic<bool> full = true;
  files->on_create = [&](const std::string& path) {
    const bool behind = std::this_thread::get_id() != writer;
    return full && behind && path.ends_with(".log") ? resource_exhausted("no log today") : Status();
  };
  Environment environment;
  environment.files = files;
  environment.leave_log_bytes = 1;
  const DatabaseOptions options{
      .threads = 1, .memory_map = false, .seal_bytes = 4096, .seal_rows = 8};
  Database database = DatabaseInternals::open("store", options, environment).value();
  Collection seldom = database.get_or_create("seldom", {.dimension = 2}).value();
  Collection often = database.get_or_create("often", {.dimension = 2}).value();
  ASSERT_TRUE(seldom.upsert({.id = "only", .vector = {1, 2}}).ok());
  ASSERT_TRUE(fill(often, 0, 500).ok());
  EXPECT_EQ(database.wait_for_background().code(), Code::kResourceExhausted);
  full = false;
  ASSERT_TRUE(fill(often, 500, 600).ok());
  EXPECT_TRUE(database.wait_for_background().ok());
  EXPECT_EQ(often.count().value(), 600u);
  EXPECT_TRUE(seldom.contains("only").value());
}

}  // namespace
}  // namespace vecstore::db
