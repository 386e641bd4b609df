// What a named snapshot keeps, for whom and how long.
#include <gtest/gtest.h>

#include "db/store_files.h"
#include "db/test_database.h"
#include "db/test_store.h"
#include "io/fault_file_system.h"

namespace vecstore::db {
namespace {

std::string dump_of(const Database& database, const std::string& collection = "things") {
  return dump(database.collection(collection).value());
}

std::vector<std::string> segment_files(io::MemoryFileSystem& files) {
  std::vector<std::string> names;
  for (const std::string& path : files.files())
    if (path.starts_with("store/segments/")) names.push_back(path);
  return names;
}

struct Fixture {
  std::shared_ptr<OddFiles> files = std::make_shared<OddFiles>();
  DatabaseOptions options = small();
  std::optional<Database> db;
  std::optional<Collection> things;

  Fixture() {
    reopen();
    EXPECT_TRUE(fill(*things, 0, 10).ok());
  }
  void reopen() {
    things.reset();
    if (db) {
      EXPECT_TRUE(db->close().ok());  // handles may be about
    }
    db = open_on(files, options);
    things = db->get_or_create("things", {.dimension = 2}).value();
  }
};

TEST(StoreSnapshots, one_is_what_was_there_whatever_is_written_later) {
  Fixture fixture;
  const std::string then = dump(*fixture.things);
  const SnapshotInfo made = fixture.db->create_snapshot("monday").value();
  EXPECT_EQ(made.records, 10u);
  EXPECT_EQ(made.collections, 1u);
  ASSERT_TRUE(fill(*fixture.things, 5, 15).ok());
  ASSERT_TRUE(fixture.things->remove("1").ok());
  ASSERT_TRUE(fixture.things->compact().ok());
  for (int round = 0; round < 2; ++round) {
    SCOPED_TRACE(round == 0 ? "as it is" : "opened again");
    const Database old = fixture.db->snapshot("monday").value();
    EXPECT_EQ(dump_of(old), then);
    EXPECT_NE(dump(*fixture.things), then);
    const auto hits = old.collection("things")->query({.vector = DenseVector{1, 1}, .k = 3});
    ASSERT_TRUE(hits.ok());
    EXPECT_EQ(hits->size(), 3u);
    fixture.reopen();
  }
}

TEST(StoreSnapshots, a_snapshot_refuses_writes_by_its_name) {
  Fixture fixture;
  ASSERT_TRUE(fixture.db->create_snapshot("monday").ok());
  Database old = fixture.db->snapshot("monday").value();
  Collection things = old.collection("things").value();
  const auto refused = things.upsert({.id = "x", .vector = {1, 2}});
  EXPECT_EQ(code_of(refused), Code::kFailedPrecondition);
  EXPECT_NE(message_of(refused).find("monday"), std::string::npos) << message_of(refused);
  EXPECT_EQ(code_of(old.create_collection("more")), Code::kFailedPrecondition);
  EXPECT_EQ(code_of(old.create_snapshot("again")), Code::kFailedPrecondition);
  EXPECT_EQ(code_of(old.drop_snapshot("monday")), Code::kFailedPrecondition);
  EXPECT_EQ(code_of(old.restore_snapshot("monday")), Code::kFailedPrecondition);
  EXPECT_EQ(code_of(things.compact()), Code::kFailedPrecondition);
  EXPECT_EQ(code_of(fixture.db->snapshot("tuesday")), Code::kNotFound);
}

TEST(StoreSnapshots, names_are_checked_and_taken_once) {
  Fixture fixture;
  EXPECT_EQ(code_of(fixture.db->create_snapshot("")), Code::kInvalidArgument);
  EXPECT_EQ(code_of(fixture.db->create_snapshot("a\nb")), Code::kInvalidArgument);
  EXPECT_EQ(code_of(fixture.db->create_snapshot(std::string(200, 'x'))), Code::kInvalidArgument);
  ASSERT_TRUE(fixture.db->create_snapshot("../b").ok());  // names are no paths
  ASSERT_TRUE(fixture.db->create_snapshot("a").ok());
  EXPECT_EQ(code_of(fixture.db->create_snapshot("a")), Code::kAlreadyExists);
  const auto all = fixture.db->list_snapshots().value();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].name, "../b");
  EXPECT_EQ(all[1].name, "a");
  EXPECT_EQ(code_of(fixture.db->drop_snapshot("b")), Code::kNotFound);
  EXPECT_EQ(code_of(fixture.db->restore_snapshot("b")), Code::kNotFound);
}

TEST(StoreSnapshots, compact_says_what_they_keep_and_dropping_gives_it_back) {
  Fixture fixture;
  ASSERT_TRUE(fixture.things->flush().ok());
  ASSERT_TRUE(fixture.db->create_snapshot("monday").ok());
  EXPECT_EQ(fixture.db->list_snapshots().value()[0].pinned_bytes, 0u) << "the present needs all";
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(fixture.things->remove(std::to_string(i)).ok());
  const CompactResult kept = fixture.things->compact().value();
  EXPECT_EQ(kept.bytes_after, 0u);
  EXPECT_GT(kept.snapshot_bytes, 0u);
  EXPECT_EQ(kept.pinned_bytes, 0u);
  EXPECT_EQ(kept.snapshots, std::vector<std::string>{"monday"});
  const SnapshotInfo info = fixture.db->list_snapshots().value()[0];
  EXPECT_EQ(info.pinned_bytes, kept.snapshot_bytes);
  EXPECT_EQ(info.pinned_bytes, info.bytes);
  EXPECT_EQ(fixture.db->stats()->snapshot_bytes, info.bytes);

  ASSERT_TRUE(fixture.db->drop_snapshot("monday").ok());
  EXPECT_TRUE(segment_files(*fixture.files).empty()) << segment_files(*fixture.files)[0];
  const CompactResult gone = fixture.things->compact().value();
  EXPECT_EQ(gone.snapshot_bytes, 0u);
  EXPECT_TRUE(gone.snapshots.empty());
  for (const std::string& path : fixture.files->files()) {
    const Bytes content = fixture.files->content(path).value();
    EXPECT_EQ(as_text(content).find("\"i\""), std::string_view::npos) << path;
  }
}

TEST(StoreSnapshots, bytes_that_two_share_are_pinned_by_neither_alone) {
  Fixture fixture;
  ASSERT_TRUE(fixture.db->create_snapshot("a").ok());
  ASSERT_TRUE(fixture.db->create_snapshot("b").ok());
  ASSERT_TRUE(fixture.things->remove_where(Filter::parse("i >= 0").value()).ok());
  ASSERT_TRUE(fixture.things->compact().ok());
  for (const SnapshotInfo& info : fixture.db->list_snapshots().value()) {
    EXPECT_GT(info.bytes, 0u);
    EXPECT_EQ(info.pinned_bytes, 0u);
  }
  ASSERT_TRUE(fixture.db->drop_snapshot("a").ok());
  const SnapshotInfo rest = fixture.db->list_snapshots().value()[0];
  EXPECT_EQ(rest.pinned_bytes, rest.bytes);
}

TEST(StoreSnapshots, a_reader_keeps_a_snapshot_that_is_dropped) {
  Fixture fixture;
  const std::string then = dump(*fixture.things);
  ASSERT_TRUE(fixture.db->create_snapshot("monday").ok());
  const Database old = fixture.db->snapshot("monday").value();
  const Collection things = old.collection("things").value();
  ASSERT_TRUE(fixture.db->drop_collection("things").ok());
  ASSERT_TRUE(fixture.db->drop_snapshot("monday").ok());
  EXPECT_TRUE(segment_files(*fixture.files).empty());
  EXPECT_EQ(dump(things), then);
  EXPECT_EQ(code_of(fixture.db->snapshot("monday")), Code::kNotFound);
}

TEST(StoreSnapshots, restoring_makes_the_database_what_it_was) {
  Fixture fixture;
  ASSERT_TRUE(fixture.db->create_collection("doomed", {.dimension = 3}).ok());
  ASSERT_TRUE(fixture.db->create_collection("old name", {.dimension = 3}).ok());
  ASSERT_TRUE(fixture.db->set_alias("now", "things").ok());
  const std::string then = dump(*fixture.things);
  ASSERT_TRUE(fixture.db->create_snapshot("monday").ok());

  ASSERT_TRUE(fixture.db->drop_collection("doomed").ok());
  ASSERT_TRUE(fixture.db->rename_collection("old name", "new name").ok());
  ASSERT_TRUE(fixture.db->drop_alias("now").ok());
  Collection late = fixture.db->create_collection("late", {.dimension = 2}).value();
  ASSERT_TRUE(fill(late, 0, 6).ok());
  ASSERT_TRUE(fill(*fixture.things, 3, 30).ok());
  ASSERT_TRUE(fixture.things->remove("1").ok());
  ASSERT_TRUE(fixture.db->create_snapshot("tuesday").ok());
  const std::string later = dump(*fixture.things);
  ASSERT_TRUE(fill(*fixture.things, 40, 43).ok()) << "some of it is in memory";

  ASSERT_TRUE(fixture.db->restore_snapshot("monday").ok());
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(dump(*fixture.things), then);
    const Ids names = {"doomed", "old name", "things"};
    EXPECT_EQ(fixture.db->list_collections().value(), names);
    EXPECT_TRUE(fixture.db->collection("now").ok());
    EXPECT_EQ(fixture.db->list_snapshots()->size(), 2u);
    fixture.reopen();
  }
  EXPECT_EQ(code_of(late.count()), Code::kFailedPrecondition) << "its database is closed";
  ASSERT_TRUE(fixture.db->restore_snapshot("tuesday").ok());
  EXPECT_EQ(dump(*fixture.things), later);
  EXPECT_EQ(ids_of(fixture.db->collection("late").value()).size(), 6u);
  EXPECT_EQ(code_of(fixture.db->collection("doomed")), Code::kNotFound);
}

TEST(StoreSnapshots, one_that_is_damaged_does_not_take_the_place_of_a_present_that_is_whole) {
  Fixture fixture;
  ASSERT_TRUE(fixture.db->create_snapshot("monday").ok());
  const std::vector<std::string> old = segment_files(*fixture.files);
  ASSERT_TRUE(fill(*fixture.things, 0, 20).ok());
  ASSERT_TRUE(fixture.things->compact().ok());
  const std::string present = dump(*fixture.things);
  fixture.reopen();
  for (const std::string& path : old) {
    if (!path.ends_with(".seg")) continue;
    const Bytes whole = fixture.files->content(path).value();
    Bytes bad = whole;
    bad[bad.size() / 2] ^= std::byte{4};
    ASSERT_TRUE(fixture.files->set_content(path, bad).ok());
    const Status status = fixture.db->restore_snapshot("monday");
    EXPECT_EQ(status.code(), Code::kDataLoss) << path;
    EXPECT_NE(status.message().find(path), std::string::npos) << status.message();
    EXPECT_EQ(dump(*fixture.things), present);
    ASSERT_TRUE(fixture.files->set_content(path, whole).ok());
  }
  EXPECT_TRUE(fixture.db->restore_snapshot("monday").ok());
  EXPECT_EQ(fixture.things->count().value(), 10u);
}

TEST(StoreSnapshots, handles_follow_a_restore_and_writes_go_on) {
  Fixture fixture;
  ASSERT_TRUE(fixture.db->create_snapshot("monday").ok());
  const std::string then = dump(*fixture.things);
  Collection late = fixture.db->create_collection("late", {.dimension = 2}).value();
  ASSERT_TRUE(fill(*fixture.things, 5, 25).ok());
  Scan before = fixture.things->scan().value();
  ASSERT_TRUE(fixture.db->restore_snapshot("monday").ok());
  EXPECT_EQ(ids_of(std::move(before)).size(), 25u) << "who reads goes on reading";
  EXPECT_EQ(dump(*fixture.things), then);
  EXPECT_EQ(code_of(late.count()), Code::kNotFound);
  ASSERT_TRUE(fill(*fixture.things, 100, 109).ok());
  ASSERT_TRUE(fixture.things->remove("2").ok());
  const std::string now = dump(*fixture.things);
  EXPECT_EQ(fixture.things->count().value(), 18u);
  fixture.reopen();
  EXPECT_EQ(dump(*fixture.things), now);
  ASSERT_TRUE(fixture.things->compact().ok());
  EXPECT_EQ(dump(*fixture.things), now);
  EXPECT_TRUE(fixture.db->create_collection("late", {.dimension = 2}).ok()) << "its name is free";
}

TEST(StoreSnapshots, a_number_of_a_collection_is_not_given_again_after_a_restore) {
  Fixture fixture;
  ASSERT_TRUE(fixture.db->create_snapshot("monday").ok());
  Collection late = fixture.db->create_collection("late", {.dimension = 2}).value();
  ASSERT_TRUE(fill(late, 0, 3).ok());
  ASSERT_TRUE(fixture.db->create_snapshot("tuesday").ok());
  ASSERT_TRUE(fixture.db->restore_snapshot("monday").ok());
  Collection other = fixture.db->create_collection("other", {.dimension = 2}).value();
  ASSERT_TRUE(fill(other, 10, 12).ok());
  ASSERT_TRUE(fixture.db->restore_snapshot("tuesday").ok());
  EXPECT_EQ(ids_of(fixture.db->collection("late").value()), (Ids{"0", "1", "2"}));
  EXPECT_EQ(code_of(other.count()), Code::kNotFound);
}

// Where the manifest has its new name and may yet be lost, nothing more is written: what the disk
// has would not be what memory says.
TEST(StoreSnapshots, a_restore_whose_sync_fails_is_as_before_or_stops_the_writer) {
  std::size_t refused = 0;
  for (std::size_t n = 0;; ++n) {
    SCOPED_TRACE(n);
    auto disk = std::make_shared<OddFiles>();
    auto files = std::make_shared<io::FaultFileSystem>(*disk);
    std::string memory;
    {
      Database db = open_on(files);
      Collection things = db.create_collection("things", {.dimension = 2}).value();
      ASSERT_TRUE(fill(things, 0, 6).ok());
      ASSERT_TRUE(db.create_snapshot("monday").ok());
      ASSERT_TRUE(fill(things, 6, 9).ok());
      files->fail({.kind = io::FaultKind::kFailedSync, .at = n});
      const Status restored = db.restore_snapshot("monday");
      if (restored.ok()) break;
      files->clear_fault();
      EXPECT_EQ(things.count().value(), 9u) << "reads go on as before";
      const Status written = things.upsert({.id = "later", .vector = {1, 1}}).status();
      if (!written.ok()) {
        ++refused;
        continue;
      }
      memory = dump(things);
    }
    EXPECT_EQ(dump(open_on(disk).collection("things").value()), memory);
  }
  EXPECT_GT(refused, 1u) << "the log's sync, and the folder's";
}

TEST(StoreSnapshots, a_database_in_memory_has_them_too) {
  Database db = Database::in_memory({.threads = 0}).value();
  Collection things = db.create_collection("things", {.dimension = 2}).value();
  ASSERT_TRUE(fill(things, 0, 5).ok());
  const std::string then = dump(things);
  ASSERT_TRUE(db.create_snapshot("monday").ok());
  ASSERT_TRUE(things.remove("3").ok());
  EXPECT_EQ(dump_of(db.snapshot("monday").value()), then);
  ASSERT_TRUE(db.restore_snapshot("monday").ok());
  EXPECT_EQ(dump(things), then);
}

// While its files are written, writers go on and fill another segment.
TEST(StoreSnapshots, what_is_sealed_later_is_not_in_it) {
  Fixture fixture;
  fixture.options.threads = 1;
  fixture.reopen();
  ASSERT_TRUE(fixture.things->upsert({.id = "early", .vector = {1, 1}}).ok());
  int written = 0;
  fixture.files->on_create = [&](const std::string& path) -> Status {
    if (!path.ends_with(".seg")) return {};
    ++written;  // 1: what was there, before the moment; 2: what came meanwhile, behind it
    if (written == 1) return fixture.things->upsert({.id = "meanwhile", .vector = {1, 1}}).status();
    return written == 2 ? fill(*fixture.things, 1000, 1009) : Status();
  };
  const SnapshotInfo made = fixture.db->create_snapshot("monday").value();
  ASSERT_TRUE(fixture.db->wait_for_background().ok());  // it asks before it creates, too
  fixture.files->on_create = {};
  ASSERT_GE(written, 2);
  const Collection then = fixture.db->snapshot("monday")->collection("things").value();
  EXPECT_TRUE(then.contains("early").value());
  EXPECT_TRUE(then.contains("meanwhile").value());
  EXPECT_FALSE(then.contains("1000").value());
  EXPECT_EQ(then.count().value(), 12u);
  EXPECT_EQ(made.records, 12u);
  EXPECT_LT(made.sequence, fixture.db->stats()->sequence);
  EXPECT_TRUE(fixture.things->contains("1008").value());
}

TEST(StoreSnapshots, a_graph_that_comes_later_serves_the_snapshot_too) {
  Fixture fixture;
  Collection graphs =
      fixture.db->create_collection("graphs", {.dimension = 2, .hnsw = {.min_rows = 4}}).value();
  OddFiles::Ask no_index = [](const std::string& path) {
    return path.ends_with(".idx") ? resource_exhausted("no index yet") : Status();
  };
  fixture.files->on_create = no_index;
  ASSERT_TRUE(fill(graphs, 0, 4).ok());
  ASSERT_TRUE(fixture.db->create_snapshot("monday").ok());
  EXPECT_EQ(fixture.db->snapshot("monday")->collection("graphs")->stats()->indexed_rows, 0u);
  fixture.files->on_create = {};
  ASSERT_FALSE(fixture.db->wait_for_background().ok());  // what was refused above
  ASSERT_TRUE(graphs.flush().ok());
  ASSERT_TRUE(fixture.db->wait_for_background().ok());
  EXPECT_EQ(graphs.stats()->indexed_rows, 4u);
  EXPECT_EQ(fixture.db->snapshot("monday")->collection("graphs")->stats()->indexed_rows, 4u);
}

TEST(StoreSnapshots, there_are_no_more_than_the_limit) {
  Database db = Database::in_memory({.threads = 0}).value();
  for (std::size_t i = 0; i < kMaxSnapshots; ++i)
    ASSERT_TRUE(db.create_snapshot(std::to_string(i)).ok());
  EXPECT_EQ(code_of(db.create_snapshot("more")), Code::kResourceExhausted);
  ASSERT_TRUE(db.drop_snapshot("7").ok());
  EXPECT_TRUE(db.create_snapshot("more").ok());
}

TEST(StoreSnapshots, check_looks_at_what_only_a_snapshot_needs) {
  TestFolder folder;
  const std::string path = folder.string() + "/store";
  {
    Database db = Database::open(path, small()).value();
    Collection things = db.create_collection("things", {.dimension = 2}).value();
    ASSERT_TRUE(fill(things, 0, 4).ok());
    ASSERT_TRUE(db.create_snapshot("monday").ok());
    ASSERT_TRUE(db.drop_collection("things").ok());
  }
  EXPECT_TRUE(Database::check(path, true)->damage.empty());
  auto& disk = *files_of(nullptr).value();
  const auto names = disk.list(path + "/segments").value();
  ASSERT_FALSE(names.empty());
  const std::string victim = path + "/segments/" + names[0];
  ASSERT_TRUE(disk.remove(victim).ok());
  const auto report = Database::check(path).value();
  ASSERT_EQ(report.damage.size(), 1u);
  EXPECT_EQ(report.damage[0].file, victim);
  EXPECT_FALSE(Database::open_snapshot(path, "monday").ok());
  EXPECT_TRUE(Database::open(path).ok()) << "the present does not need it";
}

}  // namespace
}  // namespace vecstore::db
