#include "db/repair.h"

#include <gtest/gtest.h>

#include <map>

#include "base/test_share.h"
#include "db/check.h"
#include "db/test_full_store.h"
#include "io/fault_file_system.h"

namespace vecstore::db {
namespace {

// Two files with graphs, texts and a mask, and a log with a change.
struct Store {
  std::shared_ptr<OddFiles> files = std::make_shared<OddFiles>();
  std::string truth;
  std::uint64_t indexed = 0;

  Store() {
    Database database = try_open(files, {.threads = 0, .merge_fanout = 100}).value();
    Collection things =
        database.create_collection("things", {.dimension = 2, .hnsw = {.min_rows = 2}}).value();
    for (int half = 0; half < 2; ++half) {
      for (int i = 20 * half; i < 20 * half + 20; ++i)
        EXPECT_TRUE(things
                        .upsert({.id = std::to_string(i),
                                 .vector = {1, static_cast<float>(i)},
                                 .metadata = {{"i", i}},
                                 .text = "word" + std::to_string(i)})
                        .ok());
      EXPECT_TRUE(things.flush().ok());
      EXPECT_TRUE(things.remove(std::to_string(half)).ok());
    }
    EXPECT_TRUE(things.flush().ok());
    EXPECT_TRUE(things.upsert({.id = "30", .vector = {3, 3}, .text = "changed"}).ok());
    truth = dump(things);
    indexed = things.stats().value().indexed_rows;
    EXPECT_GT(indexed, 30u);
    EXPECT_TRUE(database.close().ok());
  }
  CheckReport check() const { return check_store(*files, "store", true).value(); }
  std::vector<std::string> paths(const std::string& ending) const {
    std::vector<std::string> found;
    for (const std::string& path : files->files())
      if (path.find(ending) != std::string::npos) found.push_back(path);
    return found;
  }
  void flip(const std::string& path, std::size_t offset) const {
    Bytes bytes = files->content(path).value();
    bytes.at(offset) ^= std::byte{4};
    ASSERT_TRUE(files->set_content(path, bytes).ok());
  }
  std::map<std::string, Bytes> content() const {
    std::map<std::string, Bytes> all;
    for (const std::string& path : files->files())
      if (!path.ends_with("LOCK")) all[path] = files->content(path).value();
    return all;
  }
};

TEST(Repair, of_a_whole_store_changes_nothing) {
  const Store store;
  const auto before = store.content();
  const RepairReport report = repair_store(*store.files, "store").value();
  EXPECT_TRUE(report.repaired.empty());
  EXPECT_EQ(report.notes, std::vector<std::string>{"nothing is damaged"});
  EXPECT_EQ(store.content(), before);
}

TEST(Repair, a_damaged_or_missing_graph_is_built_again) {
  for (const bool missing : {false, true}) {
    const Store store;
    const std::string path = store.paths(".idx").at(0);
    if (missing) {
      ASSERT_TRUE(store.files->remove(path).ok());
    } else {
      store.flip(path, 5000);
    }
    ASSERT_FALSE(store.check().damage.empty());
    const RepairReport report = repair_store(*store.files, "store").value();
    ASSERT_EQ(report.repaired.size(), 1u);
    EXPECT_NE(report.repaired[0].find(path), std::string::npos) << report.repaired[0];
    Database database = open_on(store.files, {.threads = 0, .merge_fanout = 100});
    EXPECT_TRUE(database.wait_for_background().ok());
    const Collection things = database.collection("things").value();
    EXPECT_EQ(dump(things), store.truth);
    EXPECT_EQ(things.stats().value().indexed_rows, store.indexed);
    EXPECT_TRUE(database.close().ok());
    EXPECT_TRUE(store.check().damage.empty());
  }
}

// What only a snapshot needs is repaired for it, and what both need for both.
TEST(Repair, what_snapshots_need_is_made_anew_too) {
  for (const bool shared : {false, true}) {
    const Store store;
    std::string then;
    {
      Database database = open_on(store.files, {.threads = 0, .merge_fanout = 100});
      ASSERT_TRUE(database.create_snapshot("then").ok());
      Collection things = database.collection("things").value();
      then = dump(things);
      EXPECT_TRUE(things.remove("7").ok());
      if (!shared) {
        EXPECT_TRUE(things.compact().ok());
      } else {
        EXPECT_TRUE(things.flush().ok());
      }
    }
    const std::string victim = store.paths(".seg").at(0);
    store.flip(victim, 100);  // the header page: the rows are whole
    ASSERT_FALSE(store.check().damage.empty());
    const RepairReport report = repair_store(*store.files, "store").value();
    ASSERT_EQ(report.repaired.size(), 1u);
    EXPECT_EQ(report.notes.size(), shared ? 0u : 1u);
    Database database = open_on(store.files, {.threads = 0, .merge_fanout = 100});
    EXPECT_TRUE(store.check().damage.empty());
    const Database old = database.snapshot("then").value();
    EXPECT_EQ(dump(old.collection("things").value()), then);
    EXPECT_EQ(dump(database.collection("things").value()).find("\"id\":\"7\""), std::string::npos);
    EXPECT_FALSE(store.files->exists(victim).value());
  }
}

// Whatever byte is damaged, either the store is whole again and holds what it held, or it is left
// as it is and the refusal says what to do.
TEST(Repair, repairs_all_or_changes_nothing_wherever_the_damage_is) {
  std::map<bool, int> times;  // repaired
  const Store whole;
  for (const auto& [path, bytes] : whole.content()) {
    for (std::size_t at = 100; at < bytes.size(); at += path.ends_with(".seg") ? 301 : 997) {
      Store store = whole;
      store.files = copy_of(*whole.files);
      store.flip(path, at);
      if (store.check().damage.empty()) continue;  // the end of a log
      SCOPED_TRACE(path + " at " + std::to_string(at));
      const auto before = store.content();
      const auto report = repair_store(*store.files, "store");
      ++times[report.ok()];
      if (report.ok()) {
        EXPECT_EQ(report->repaired.size(), 1u);
        Database database = open_on(store.files);
        EXPECT_EQ(dump(database.collection("things").value()), store.truth);
        const Collection things = database.collection("things").value();
        EXPECT_EQ(things.query({.text = "word7", .k = 3}).value().size(), 1u);
        EXPECT_TRUE(database.close().ok());
        EXPECT_TRUE(store.check().damage.empty());
      } else {
        EXPECT_EQ(report.status().code(), Code::kDataLoss);
        EXPECT_NE(report.status().message().find("vecstore salvage"), std::string::npos);
        EXPECT_EQ(store.content(), before);
      }
    }
  }
  EXPECT_GT(times[true], 20);
  EXPECT_GT(times[false], 10);
}

TEST(Repair, a_disk_without_room_leaves_the_store_as_it_was) {
  const Store store;
  for (const std::string& path : store.paths(".seg")) store.flip(path, 100);  // the header page
  const auto before = store.content();
  store.files->on_create = [](const std::string& path) {
    return path.ends_with(".tmp") ? resource_exhausted("no space left") : Status();
  };
  EXPECT_EQ(repair_store(*store.files, "store").status().code(), Code::kResourceExhausted);
  EXPECT_EQ(store.content(), before);
}

TEST(Repair, refuses_what_is_no_database_in_use_or_without_a_manifest) {
  const Store store;
  EXPECT_EQ(repair_store(*store.files, "nowhere").status().code(), Code::kNotFound);
  {
    const Database open = open_on(store.files);
    EXPECT_EQ(repair_store(*store.files, "store").status().code(), Code::kUnavailable);
  }
  ASSERT_TRUE(store.files->remove(store.paths("MANIFEST").at(0)).ok());
  EXPECT_EQ(repair_store(*store.files, "store").status().code(), Code::kDataLoss);
}

TEST(Repair, of_a_folder_with_remains_or_with_something_else_is_refused) {
  OddFiles files;
  ASSERT_TRUE(files.set_content("other/notes", {}).ok());
  EXPECT_EQ(repair_store(files, "other").status().code(), Code::kNotFound);
  ASSERT_TRUE(files.set_content("rest/wal/1.log", {}).ok());
  EXPECT_EQ(repair_store(files, "rest").status().code(), Code::kDataLoss);
}

std::string versions_of(const std::shared_ptr<OddFiles>& files) {
  const Database database = open_on(files);
  const Collection things = database.collection("things").value();
  std::string all = dump(things);
  for (int i = 0; i < 9; ++i)
    all += " " + std::to_string(things.versions(std::to_string(i), true)->size());
  const Database then = database.snapshot("then").value();
  return all + dump(then.collection("things").value());
}

std::shared_ptr<OddFiles> damaged(OddFiles& whole, const char* kind) {
  const auto disk = copy_of(whole);
  for (const std::string& path : paths_of(*disk, kind)) {
    if (path.ends_with(".del")) continue;  // which follows from nothing else
    const bool graph = path.ends_with(".idx");
    flip(*disk, path, disk->content(path)->size() - (graph ? 5000 : 100));
  }
  return disk;
}

// A sync of the new manifest may fail when it has taken its place.
TEST(Repair, failing_to_sync_removes_nothing_that_a_manifest_names) {
  const auto whole = full_store();
  const std::string truth = versions_of(copy_of(*whole));
  const auto disk = damaged(*whole, ".seg");
  std::size_t n = 0;
  for (bool hit = true; hit; ++n) {
    SCOPED_TRACE("sync " + std::to_string(n));
    const auto trial = copy_of(*disk);
    io::FaultFileSystem files(*trial);
    files.fail({.kind = io::FaultKind::kFailedSync, .at = n});
    const Status first = repair_store(files, "store").status();
    hit = files.faults_hit() > 0;
    EXPECT_EQ(first.ok(), !hit) << first.to_string();
    const Status again = repair_store(*trial, "store").status();
    ASSERT_TRUE(again.ok()) << again.to_string();
    ASSERT_TRUE(check_store(*trial, "store", true)->damage.empty());
    EXPECT_EQ(versions_of(trial), truth);
  }
  EXPECT_GT(n, 3u);
}

bool can_want_memory(const io::Operation& one) {
  using enum io::OperationKind;
  return one.kind == kOpen || one.kind == kRead || one.kind == kCreate || one.kind == kFileSize ||
         one.kind == kExists || one.kind == kList || one.kind == kLock;
}

// Of the check, with which it begins, some operations; behind it all.
TEST(Repair, failing_at_any_operation_changes_nothing_and_is_done_by_the_next) {
  const auto whole = full_store();
  const std::string truth = versions_of(copy_of(*whole));
  for (const char* kind : {".old", "segments/"})
    for (const io::FaultKind fault : {io::FaultKind::kInputOutput, io::FaultKind::kNoMemory}) {
      const bool of_memory = fault == io::FaultKind::kNoMemory;
      const auto disk = damaged(*whole, kind);
      io::FaultFileSystem counted(*disk);
      ASSERT_TRUE(check_store(counted, "store", true).ok());
      std::size_t checking = 0;
      for (const io::Operation& one : counted.record())
        checking += !of_memory || can_want_memory(one) ? 1 : 0;
      const std::size_t step = of_memory ? kShare : 5 * kShare;
      std::size_t n = 0;
      for (bool hit = true; hit; n += n < checking ? 37 : step) {
        SCOPED_TRACE(std::string(kind) + ", operation " + std::to_string(n));
        const auto trial = copy_of(*disk);
        io::FaultFileSystem files(*trial);
        files.fail({.kind = fault, .at = n});
        const Status first = repair_store(files, "store").status();
        hit = files.faults_hit() > 0;
        const bool told = !of_memory || first.code() == Code::kResourceExhausted;
        ASSERT_TRUE(first.ok() || (hit && told)) << first.to_string();
        ASSERT_TRUE(repair_store(*trial, "store").ok());
        ASSERT_TRUE(check_store(*trial, "store", false)->damage.empty());
        if (n % 10 == 0) {
          ASSERT_EQ(versions_of(trial), truth);
        }
      }
      EXPECT_GT(n, checking + 50);
    }
}

// More rows than go into one file.
TEST(Repair, of_a_large_segment_failing_to_be_written_leaves_the_store_as_it_was) {
  auto files = std::make_shared<OddFiles>();
  const DatabaseOptions options{.threads = 0, .seal_rows = 50'000};
  {
    Database database = try_open(files, options).value();
    Collection things =
        database.create_collection("things", {.dimension = 2, .hnsw = {.min_rows = 100'000}})
            .value();
    std::vector<Record> records;
    for (int i = 0; i < 33'000; ++i) records.push_back({.id = std::to_string(i), .vector = {1, 2}});
    ASSERT_TRUE(things.upsert_many(records).ok());
    ASSERT_TRUE(things.flush().ok());
  }
  const std::string path = paths_of(*files, ".seg").at(0);
  flip(*files, path, files->content(path)->size() - 100);  // the header page
  const Bytes before = files->content(path).value();
  files->on_create = OddFiles::no_segments;
  EXPECT_EQ(repair_store(*files, "store").status().code(), Code::kResourceExhausted);
  EXPECT_EQ(paths_of(*files, ".seg"), std::vector<std::string>{path});
  EXPECT_EQ(files->content(path).value(), before);
  files->on_create = {};
  EXPECT_TRUE(repair_store(*files, "store").ok());
  const Database database = open_on(files, options);
  EXPECT_EQ(database.collection("things")->count().value(), 33'000u);
  EXPECT_EQ(paths_of(*files, ".seg").size(), 2u);
}

}  // namespace
}  // namespace vecstore::db
