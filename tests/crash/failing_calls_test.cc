// Every call of the interface on a store that has some of everything, with each of its file
// operations failing in turn: the call says so or makes do without, nothing that was read is wrong,
// and it succeeds when the cause is gone (promise G4). The store stays whole.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/test_share.h"
#include "crash/rich_store.h"
#include "crash/workload.h"
#include "db/backup/restore_backup.h"
#include "db/check.h"
#include "db/repair.h"
#include "db/salvage/salvage.h"
#include "io/fault_file_system.h"
#include "storage/block_file.h"

namespace vecstore::crash {
namespace {

const io::MemoryFileSystem& sample() {
  static const std::shared_ptr<io::MemoryFileSystem> kSample = rich_store();
  return *kSample;
}

void expect_told(const Status& status) {
  EXPECT_TRUE(status.ok() || !status.message().empty());
  EXPECT_NE(status.code(), Code::kInternal) << status.to_string();
}

// The first operations, where calls differ, one by one; of a long row of like ones every `step`-th.
std::size_t next_of(std::size_t n, std::size_t step) {
  return n < 40 / kShare ? n + 1 : n + step * kShare;
}

// A call on a database that was just opened, so that nothing is in memory yet; until it meets no
// fault any more. Returns how many it met.
std::size_t fail_reading(const Call& call) {
  std::size_t met = 0;
  const auto disk = copy_of_disk(sample());
  for (std::size_t n = 0; !testing::Test::HasFailure(); n = next_of(n, 2)) {
    SCOPED_TRACE(call.name + ", operation " + std::to_string(n));
    const auto files = std::make_shared<io::FaultFileSystem>(*disk);
    DatabaseOptions options = options_of_rich_store();
    options.read_only = true;
    Database database = open_on(files, options).value();
    files->fail({.kind = io::FaultKind::kInputOutput, .at = n, .sticky = false});
    expect_told(call.run(database));
    const bool hit = files->faults_hit() > 0;
    files->clear_fault();
    EXPECT_EQ(call.run(database).to_string(), "ok");
    if (!hit) break;
    ++met;
  }
  return met;
}

TEST(FailingCalls, every_read_says_so_and_succeeds_afterwards) {
  std::size_t met = 0;
  for (const Call& call : reading_calls()) met += fail_reading(call);
  EXPECT_GT(met, 300u / kShare);
}

// Closed or fenced afterwards: what opens next is whole, and the call succeeds there.
bool fail_changing(const Call& call, io::FaultKind kind, std::size_t n, bool sticky) {
  const auto disk = copy_of_disk(sample());
  bool hit = false;
  {
    const auto files = std::make_shared<io::FaultFileSystem>(*disk);
    Database database = open_on(files, options_of_rich_store()).value();
    files->fail({.kind = kind, .at = n, .sticky = sticky});
    expect_told(call.run(database));
    hit = files->faults_hit() > 0;
    files->clear_fault();
    const Status again = call.run(database);
    EXPECT_TRUE(again.ok() || !database.stats().value().writable) << again.to_string();
  }
  const CheckReport report = db::check_store(*disk, "store", true).value();
  for (const Damage& one : report.damage) ADD_FAILURE() << one.file << ": " << one.what;
  Database database = open_on(disk, options_of_rich_store()).value();
  EXPECT_EQ(call.run(database).to_string(), "ok");
  return hit;
}

void fail_every_change(io::FaultKind kind, bool sticky) {
  for (const Call& call : changing_calls())
    for (std::size_t n = 0; !testing::Test::HasFailure(); n = next_of(n, 9)) {
      SCOPED_TRACE(call.name + ", operation " + std::to_string(n));
      if (!fail_changing(call, kind, n, sticky)) break;
    }
}

TEST(FailingCalls, every_change_says_so_once_and_leaves_a_whole_store) {
  fail_every_change(io::FaultKind::kInputOutput, false);
}
TEST(FailingCalls, every_change_on_a_full_disk_says_so_and_leaves_a_whole_store) {
  fail_every_change(io::FaultKind::kDiskFull, true);
}

Status restored(io::FileSystem& files, const std::string& from) {
  const std::vector<std::string> backups = {from};
  return db::restore_backup(files, backups, "restored", {}).status();
}

// Handles outlive what they are of, and say so.
void expect_refused(const std::vector<Call>& calls, Collection& things, Code code) {
  for (const Call& call : calls) {
    if (!call.on) continue;
    const Status status = call.on(things);
    EXPECT_EQ(status.code(), code) << call.name << ": " << status.to_string();
  }
}

TEST(FailingCalls, handles_of_a_dropped_collection_and_of_a_closed_database_say_so) {
  for (const bool drops : {true, false}) {
    Database database = open_on(copy_of_disk(sample()), options_of_rich_store()).value();
    Collection things = database.collection("things").value();
    EXPECT_TRUE((drops ? database.drop_collection("things") : database.close()).ok());
    const Code code = drops ? Code::kNotFound : Code::kFailedPrecondition;
    expect_refused(reading_calls(), things, code);
    if (drops) continue;
    expect_refused(changing_calls(), things, code);
    for (const auto& calls : {reading_calls(), changing_calls()})
      for (const Call& call : calls)
        EXPECT_EQ(call.run(database).code(), Code::kFailedPrecondition) << call.name;
  }
}

// The calls that have no database open.
std::vector<std::pair<std::string, std::function<Status(io::FileSystem&)>>> calls_on_files() {
  return {
      {"check", [](auto& files) { return db::check_store(files, "store", true).status(); }},
      {"salvage",
       [](auto& files) { return db::salvage_store(files, "store", "saved", {}).status(); }},
      {"repair", [](auto& files) { return db::repair_store(files, "store").status(); }},
      {"restore", [](auto& files) { return restored(files, "copies/folder"); }},
      {"restore of a file", [](auto& files) { return restored(files, "copies/file"); }},
      {"backup",
       [](auto& files) -> Status {
         const std::shared_ptr<io::FileSystem> not_owned(&files, [](auto*) {});
         VECSTORE_ASSIGN(Database database, open_on(not_owned, options_of_rich_store()));
         VECSTORE_TRY(database.backup("again/folder").status());
         return database.backup("again/file", {.single_file = true}).status();
       }},
      {"open",
       [](auto& files) {
         const std::shared_ptr<io::FileSystem> not_owned(&files, [](auto*) {});
         return open_on(not_owned, options_of_rich_store()).status();
       }},
  };
}

std::shared_ptr<io::MemoryFileSystem> with_backups() {
  const auto disk = copy_of_disk(sample());
  Database database = open_on(disk, options_of_rich_store()).value();
  EXPECT_TRUE(database.backup("copies/folder").ok());
  EXPECT_TRUE(database.backup("copies/file", {.single_file = true}).ok());
  EXPECT_TRUE(database.close().ok());
  return disk;
}

// A page of an index over ids, which a repair makes anew.
void damage_id_map(io::MemoryFileSystem& disk) {
  for (const std::string& path : disk.files()) {
    if (!path.ends_with(".seg") || path.find("store/") != 0) continue;
    const auto identity = storage::identify_block_file(disk, path).value();
    const auto file = storage::BlockFile::open(disk, path, io::Access::kRead, identity).value();
    Bytes scratch;
    const ByteView map = file->block("ids.map").value().all(scratch).value();
    Bytes bytes = disk.content(path).value();
    const auto at = std::search(bytes.begin(), bytes.end(), map.begin(), map.end());
    *at ^= std::byte{1};
    EXPECT_TRUE(disk.set_content(path, bytes).ok());
    return;
  }
}

enum class Scene { kWhole, kToRepair, kNoManifest, kHalfDone };

std::shared_ptr<io::MemoryFileSystem> set_up(const io::MemoryFileSystem& made, Scene scene) {
  const auto disk = copy_of_disk(made);
  if (scene == Scene::kToRepair) damage_id_map(*disk);
  for (const std::string& path : disk->files())
    if (scene == Scene::kNoManifest && path.starts_with("store/MANIFEST"))
      static_cast<void>(disk->remove(path).ok());
  if (scene == Scene::kHalfDone)  // what a backup and a restore that were cut short leave
    for (const auto& [name, call] : calls_on_files()) {
      io::FaultFileSystem files(*disk);
      files.fail({.kind = io::FaultKind::kInputOutput, .at = 55, .sticky = true});
      expect_told(call(files));
    }
  return disk;
}

void fail_on_files(const io::MemoryFileSystem& set, Scene scene, io::FaultKind kind) {
  for (const auto& [name, call] : calls_on_files())
    for (std::size_t n = 0; !testing::Test::HasFailure(); n = next_of(n, 9)) {
      SCOPED_TRACE(name + ", scene " + std::to_string(static_cast<int>(scene)) + ", operation " +
                   std::to_string(n));
      const auto disk = copy_of_disk(set);
      io::FaultFileSystem files(*disk);
      files.fail({.kind = kind, .at = n, .sticky = false});
      expect_told(call(files));
      if (files.faults_hit() == 0) break;
      if (scene != Scene::kWhole) continue;
      const CheckReport report = db::check_store(*disk, "store", true).value();
      for (const Damage& one : report.damage) ADD_FAILURE() << one.file << ": " << one.what;
    }
}

TEST(FailingCalls, what_works_on_files_alone_says_so_and_harms_nothing) {
  const auto made = with_backups();
  for (const Scene scene :
       {Scene::kWhole, Scene::kToRepair, Scene::kNoManifest, Scene::kHalfDone}) {
    const auto disk = set_up(*made, scene);
    for (const io::FaultKind kind :
         {io::FaultKind::kInputOutput, io::FaultKind::kTooManyFiles, io::FaultKind::kDiskFull}) {
      if (kShare == 1 || kind != io::FaultKind::kDiskFull) fail_on_files(*disk, scene, kind);
    }
  }
}

Status unless_there(const Status& status) {
  return status.code() == Code::kAlreadyExists ? Status() : status;
}

// A store so small that each operation, and each piece of each file, can fail in turn.
Status change_little(Database& database) {
  CollectionOptions options{.dimension = 2, .hnsw = {.min_rows = 2}};
  options.keep_versions = 1;
  VECSTORE_ASSIGN(Collection little, database.get_or_create("little", options));
  for (const char* id : {"a", "b", "c", "a", "d", "b"})
    VECSTORE_TRY(
        little.upsert({.id = id, .vector = Vector{1.0f, 2.0f}, .text = "some text"}).status());
  VECSTORE_TRY(unless_there(database.create_snapshot("then").status()));
  VECSTORE_TRY(little.remove("c").status());
  VECSTORE_TRY(little.flush());
  VECSTORE_TRY(little.set_quantization("vector", Quantization::kSq8));
  return little.compact().status();
}

DatabaseOptions little_options() {
  DatabaseOptions options = options_of_rich_store();
  options.seal_rows = 3;
  return options;
}

TEST(FailingCalls, with_any_piece_of_any_file_a_change_says_so_and_leaves_a_whole_store) {
  std::size_t n = 0;
  for (bool hit = true; hit && !HasFailure(); n += kShare) {
    SCOPED_TRACE("piece " + std::to_string(n));
    const auto disk = std::make_shared<io::MemoryFileSystem>();
    {
      const auto files = std::make_shared<io::FaultFileSystem>(*disk);
      files->gather(1);
      Database database = open_on(files, little_options()).value();
      files->fail({.kind = io::FaultKind::kDiskFull, .at = n, .sticky = false});
      expect_told(change_little(database));
      hit = files->faults_hit() > 0;
    }
    const CheckReport report = db::check_store(*disk, "store", true).value();
    for (const Damage& one : report.damage) ADD_FAILURE() << one.file << ": " << one.what;
    Database database = open_on(disk, little_options()).value();
    EXPECT_EQ(change_little(database).to_string(), "ok");
    EXPECT_EQ(database.collection("little")->count().value(), 3u);
  }
  EXPECT_GT(n, 300u / kShare);
}

TEST(FailingCalls, with_any_operation_a_comparison_says_so_and_succeeds_afterwards) {
  const auto disk = std::make_shared<io::MemoryFileSystem>();
  {
    Database database = open_on(disk, little_options()).value();
    ASSERT_TRUE(change_little(database).ok());
    Collection little = database.collection("little").value();
    ASSERT_TRUE(database.create_snapshot("later").ok());
    ASSERT_TRUE(little.remove("d").ok() && little.flush().ok());  // a row dies in its file
  }
  for (const char* after : {"", "a"})
    for (std::size_t n = 0; !HasFailure(); n += kShare) {
      SCOPED_TRACE("operation " + std::to_string(n));
      const auto files = std::make_shared<io::FaultFileSystem>(*disk);
      DatabaseOptions options = little_options();
      options.read_only = true;
      Database database = open_on(files, options).value();
      const DiffOptions behind{.collection = "little", .after = after};
      const auto compare = [&]() -> Status {
        VECSTORE_ASSIGN(Diff diff, database.diff("later", {}, behind));
        VECSTORE_ASSIGN(const auto changes, diff.next(100));
        EXPECT_EQ(changes.size(), 1u);
        return {};
      };
      files->fail({.kind = io::FaultKind::kInputOutput, .at = n, .sticky = false});
      const Status first = compare();
      const bool hit = files->faults_hit() > 0;
      EXPECT_TRUE(hit || first.ok()) << first.to_string();
      files->clear_fault();
      EXPECT_EQ(compare().to_string(), "ok");
      if (!hit) break;
    }
}

// Older versions too many, or files that cannot be read to count them.
TEST(FailingCalls, with_any_operation_a_merge_of_versions_says_so_and_is_done_by_the_next) {
  const auto made = std::make_shared<io::MemoryFileSystem>();
  {
    Database database = open_on(made, little_options()).value();
    ASSERT_TRUE(change_little(database).ok());
  }
  std::size_t n = 0;
  for (bool hit = true; hit && !HasFailure(); n += kShare) {
    SCOPED_TRACE("operation " + std::to_string(n));
    const auto disk = copy_of_disk(*made);
    const auto files = std::make_shared<io::FaultFileSystem>(*disk);
    Database database = open_on(files, little_options()).value();
    Collection little = database.collection("little").value();
    files->fail({.kind = io::FaultKind::kInputOutput, .at = n, .sticky = false});
    expect_told(little.compact().status());
    hit = files->faults_hit() > 0;
    files->clear_fault();
    const Status again = little.compact().status();
    EXPECT_TRUE(again.ok() || !database.stats()->writable) << again.to_string();
    EXPECT_EQ(little.versions("a")->size(), 2u);
    EXPECT_EQ(little.versions("b")->size(), 2u);
  }
  EXPECT_GT(n, 5u / kShare);
}

}  // namespace
}  // namespace vecstore::crash
