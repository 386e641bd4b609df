#include "vecstore/database.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>

#include "db/test_database.h"
#include "db/test_store.h"
#include "io/fault_file_system.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

TEST(Database, the_five_lines_of_the_readme_work) {
  const TestFolder folder;
  auto db = Database::open((folder / "store").string()).value();
  auto docs = db.get_or_create("docs", {.dimension = 3}).value();

  ASSERT_TRUE(docs.upsert(record("a", {1, 0, 0}, 2020)).ok());
  ASSERT_TRUE(docs.upsert(record("b", {0, 1, 0}, 2021)).ok());
  const Hits hits =
      docs.query({.vector = {1, 0.1f, 0}, .k = 10, .filter = "year >= 2020 AND tags CONTAINS 'x'"})
          .value();

  ASSERT_EQ(hits.size(), 2u);
  EXPECT_EQ(hits[0].id, "a");
  EXPECT_NEAR(hits[0].score, 0.995, 1e-3);
  EXPECT_EQ(*hits[0].text, "text of a");
  EXPECT_EQ(*hits[0].metadata.find("year")->as_int(), 2020);
}

TEST(Database, everything_is_there_after_reopening) {
  const TestFolder folder;
  const std::string path = (folder / "store").string();
  for (int round = 0; round < 3; ++round) {
    auto db = Database::open(path, {.seal_rows = 10}).value();
    auto docs = db.get_or_create("docs", {.dimension = 2, .metric = Metric::kEuclidean}).value();
    for (int i = 0; i < 25; ++i) {
      const std::string id = "r" + std::to_string(round) + "-" + std::to_string(i);
      ASSERT_TRUE(
          docs.upsert(record(id, {static_cast<float>(i), static_cast<float>(round)}, i)).ok());
    }
    ASSERT_TRUE(docs.remove("r" + std::to_string(round) + "-7").ok());
    EXPECT_EQ(docs.count().value(), static_cast<std::uint64_t>(24 * (round + 1)));
    ASSERT_TRUE(db.wait_for_background().ok());
    EXPECT_EQ(docs.count().value(), static_cast<std::uint64_t>(24 * (round + 1)));
  }
  auto db = Database::open(path).value();
  auto docs = db.collection("docs").value();
  EXPECT_EQ(docs.count().value(), 72u);
  EXPECT_FALSE(docs.contains("r1-7").value());
  EXPECT_EQ(docs.get("r2-3").value().text, "text of r2-3");
  EXPECT_EQ(docs.query({.vector = {3, 2}, .k = 1}).value()[0].id, "r2-3");
  EXPECT_TRUE(Database::check(path, true).value().damage.empty());
}

TEST(Opening, a_closed_database_refuses_every_call) {
  TestDatabase fixture;
  Collection things = fixture.things();
  ASSERT_TRUE(fixture.db->close().ok());
  ASSERT_TRUE(fixture.db->close().ok()) << "once more is fine";
  EXPECT_EQ(code_of(things.upsert(record("a", {1, 0}))), Code::kFailedPrecondition);
  EXPECT_EQ(code_of(things.get("a")), Code::kFailedPrecondition);
  EXPECT_EQ(code_of(things.query({.vector = {1, 0}})), Code::kFailedPrecondition);
  EXPECT_EQ(code_of(things.query_many({})), Code::kFailedPrecondition);
  EXPECT_EQ(code_of(things.query_async({.vector = {1, 0}}).get()), Code::kFailedPrecondition);
  EXPECT_EQ(code_of(things.flush()), Code::kFailedPrecondition);
  EXPECT_EQ(code_of(fixture.db->wait_durable(1)), Code::kFailedPrecondition);
  EXPECT_EQ(code_of(fixture.db->list_collections()), Code::kFailedPrecondition);
  EXPECT_EQ(code_of(fixture.db->collection("things")), Code::kFailedPrecondition);
  EXPECT_EQ(code_of(fixture.db->create_collection("x")), Code::kFailedPrecondition);
  EXPECT_EQ(code_of(fixture.db->drop_collection("things")), Code::kFailedPrecondition);
  EXPECT_EQ(code_of(fixture.db->stats()), Code::kFailedPrecondition);
  fixture.open();
}

TEST(Opening, a_collection_outlives_its_database) {
  const TestFolder folder;
  const std::string path = (folder / "store").string();
  auto things = VecStore::open(path, {.dimension = 2}).value();
  ASSERT_TRUE(things.upsert(record("a", {1, 0})).ok());
  EXPECT_EQ(things.get("a").value().text, "text of a");
  EXPECT_EQ(code_of(Database::open(path)), Code::kUnavailable) << "it is still open";
  things = VecStore::in_memory().value();
  EXPECT_EQ(Database::open(path).value().list_collections().value(), Ids{"default"});
}

TEST(Opening, a_second_process_is_told_who_writes) {
  const TestFolder folder;
  const std::string path = (folder / "store").string();
  auto db = Database::open(path).value();
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child == 0) {
    const auto second = Database::open(path);
    const bool named = second.status().code() == Code::kUnavailable &&
                       message_of(second).find(std::to_string(parent)) != std::string::npos;
    _exit(named ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(Database::open(path, {.read_only = true}).ok()) << "readers need no lock";
}

TEST(Opening, read_only_reads_and_refuses_to_write) {
  TestDatabase fixture;
  ASSERT_TRUE(fixture.things().upsert(record("a", {1, 0})).ok());
  fixture.options.read_only = true;
  fixture.open();
  const auto before = fixture.files->files();
  Collection things = fixture.db->collection("things").value();
  EXPECT_EQ(things.get("a").value().text, "text of a");
  EXPECT_EQ(code_of(things.upsert(record("b", {1, 0}))), Code::kFailedPrecondition);
  EXPECT_EQ(code_of(things.remove("a")), Code::kFailedPrecondition);
  EXPECT_EQ(code_of(things.flush()), Code::kFailedPrecondition);
  EXPECT_EQ(code_of(things.compact()), Code::kFailedPrecondition);
  EXPECT_EQ(code_of(fixture.db->flush()), Code::kFailedPrecondition);
  EXPECT_EQ(code_of(fixture.db->create_collection("x")), Code::kFailedPrecondition);
  EXPECT_EQ(code_of(fixture.db->drop_collection("things")), Code::kFailedPrecondition);
  EXPECT_TRUE(things.contains("a").value());
  EXPECT_TRUE(fixture.db->close().ok());
  EXPECT_EQ(fixture.files->files(), before);
}

TEST(Opening, what_is_not_a_database_is_left_alone) {
  const TestFolder folder;
  const std::string path = (folder / "store").string();
  EXPECT_EQ(code_of(Database::open(path, {.create = false})), Code::kNotFound);
  EXPECT_EQ(code_of(Database::open(path, {.read_only = true})), Code::kNotFound);
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_EQ(code_of(Database::check(path)), Code::kNotFound);
  std::filesystem::create_directories(path);
  std::ofstream(path + "/letter.txt") << "dear";
  const auto refused = Database::open(path);
  EXPECT_EQ(code_of(refused), Code::kFailedPrecondition);
  EXPECT_NE(message_of(refused).find("is not empty and holds no database"), std::string::npos);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(path), {}), 1);
  EXPECT_FALSE(Database::open(path + "/letter.txt").ok()) << "a file is no folder";
  EXPECT_EQ(code_of(Database::open("")), Code::kInvalidArgument);
}

TEST(Opening, options_outside_their_range_are_refused_by_name) {
  EXPECT_EQ(message_of(Database::in_memory({.threads = -1})),
            "option threads is -1, expected 0 to 1024");
  EXPECT_EQ(message_of(Database::in_memory({.seal_rows = 0})),
            "option seal_rows is 0, expected at least 1");
  EXPECT_EQ(message_of(Database::in_memory({.merge_fanout = 1})),
            "option merge_fanout is 1, expected at least 2");
  EXPECT_EQ(code_of(Database::in_memory({.background_share = 0})), Code::kInvalidArgument);
  EXPECT_EQ(code_of(Database::in_memory({.sync_interval_ms = 0})), Code::kInvalidArgument);
}

TEST(Opening, in_memory_does_everything_but_stay) {
  auto db = Database::in_memory({.threads = 0, .seal_rows = 8, .merge_fanout = 2}).value();
  auto things = db.create_collection("things", {.dimension = 2}).value();
  for (int i = 0; i < 100; ++i)
    ASSERT_TRUE(things.upsert(record(std::to_string(i % 40), {1, static_cast<float>(i)})).ok());
  EXPECT_EQ(things.count().value(), 40u);
  ASSERT_TRUE(things.compact().ok());
  EXPECT_EQ(things.stats().value().dead_rows, 0u);
  EXPECT_EQ(things.query({.vector = {1, 0}, .k = 100}).value().size(), 40u);
  EXPECT_TRUE(db.close().ok());
}

TEST(Statistics, are_true) {
  TestDatabase fixture;
  Collection things = fixture.things();
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(things.upsert(record(std::to_string(i), {1, 0})).ok());
  ASSERT_TRUE(things.flush().ok());
  ASSERT_TRUE(things.upsert(record("3", {0, 1})).ok());
  ASSERT_TRUE(things.remove("4").ok());
  ASSERT_TRUE(things.soft_delete("5").ok());
  const CollectionStats stats = things.stats().value();
  EXPECT_EQ(stats.name, "things");
  EXPECT_EQ(stats.records, 8u);
  EXPECT_EQ(stats.soft_deleted, 1u);
  EXPECT_EQ(stats.dead_rows, 3u);
  EXPECT_EQ(stats.segments, 1u);
  EXPECT_EQ(stats.memory_rows, 2u);
  EXPECT_EQ(stats.options.dimension, 2u);
  const CompactResult compacted = things.compact().value();
  EXPECT_EQ(compacted.rows_dropped, 3u);
  EXPECT_EQ(things.stats().value().dead_rows, 0u);
  const DatabaseStats whole = fixture.db->stats().value();
  EXPECT_EQ(whole.collections, 1u);
  EXPECT_EQ(whole.segments, 1u);
  EXPECT_TRUE(whole.writable);
}

TEST(Statistics, of_files_are_what_the_folder_holds_for_writers_and_readers) {
  TestDatabase fixture;
  Collection things = fixture.things();
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(things.upsert(record(std::to_string(i), {1, 0})).ok());
  ASSERT_TRUE(things.flush().ok());
  ASSERT_TRUE(things.remove("4").ok());
  ASSERT_TRUE(things.flush().ok());
  for (const bool read_only : {false, true}) {
    SCOPED_TRACE(read_only ? "reader" : "writer");
    fixture.options.read_only = read_only;
    fixture.open();
    std::uint64_t all = 0;
    std::uint64_t log = 0;
    for (const std::string& path : fixture.files->files()) {
      const std::uint64_t size = fixture.files->file_size(path).value();
      all += size;
      if (path.starts_with("store/wal/")) log += size;
    }
    const DatabaseStats stats = fixture.db->stats().value();
    EXPECT_EQ(stats.file_bytes, all);
    EXPECT_EQ(stats.log_bytes, log);
    EXPECT_GT(log, 0u);
    EXPECT_EQ(stats.segments, 1u);
    EXPECT_EQ(stats.writable, !read_only);
  }
}

// Promise G9.
TEST(Compaction, makes_deleted_bytes_disappear) {
  TestDatabase fixture;
  Collection things = fixture.things();
  Collection others = fixture.db->create_collection("others").value();
  ASSERT_TRUE(others.upsert({.id = "unsealed"}).ok()) << "its log record is before the secret";
  for (int i = 0; i < 20; ++i)
    ASSERT_TRUE(
        things.upsert({.id = std::to_string(i), .text = "SECRET" + std::to_string(i)}).ok());
  ASSERT_TRUE(things.flush().ok());
  ASSERT_TRUE(things.remove("7").ok());
  Scan reader = things.scan().value();
  ASSERT_TRUE(things.compact().ok());
  for (const std::string& path : fixture.files->files()) {
    const Bytes content = fixture.files->content(path).value();
    EXPECT_EQ(as_text(content).find("SECRET7"), std::string::npos) << path;
  }
}

TEST(Opening, numbers_beyond_their_range_are_refused_with_it) {
  const auto refused = [](const DatabaseOptions& options) {
    const Result<Database> database = Database::in_memory(options);
    EXPECT_EQ(code_of(database), Code::kInvalidArgument);
    return message_of(database);
  };
  EXPECT_EQ(refused({.threads = 2'000}), "option threads is 2000, expected 0 to 1024");
  EXPECT_NE(refused({.background_share = 1.5}).find("background_share"), std::string::npos);
  EXPECT_NE(refused({.seal_bytes = 100}).find("at least 4096"), std::string::npos);
}

TEST(Database, repair_makes_graphs_anew_and_says_what_was_damaged) {
  const TestFolder folder;
  const std::string path = (folder / "store").string();
  {
    auto db = Database::open(path, {.threads = 0}).value();
    auto docs = db.get_or_create("docs", {.dimension = 2, .hnsw = {.min_rows = 8}}).value();
    for (int i = 0; i < 20; ++i)
      ASSERT_TRUE(docs.upsert(record("r" + std::to_string(i), {1, static_cast<float>(i)})).ok());
    ASSERT_TRUE(docs.compact().ok());
    ASSERT_TRUE(db.close().ok());
  }
  EXPECT_EQ(Database::repair(path)->notes, std::vector<std::string>{"nothing is damaged"});
  std::string graph;
  for (const auto& file : std::filesystem::directory_iterator(path + "/segments"))
    if (file.path().extension() == ".idx") graph = file.path().string();
  ASSERT_FALSE(graph.empty());
  std::filesystem::resize_file(graph, std::filesystem::file_size(graph) / 2);
  const RepairReport report = Database::repair(path).value();
  ASSERT_EQ(report.repaired.size(), 1u);
  EXPECT_NE(report.repaired[0].find(graph), std::string::npos) << report.repaired[0];
  EXPECT_TRUE(Database::check(path, true)->damage.empty());
  auto db = Database::open(path).value();
  EXPECT_GT(db.collection("docs")->stats()->index_bytes, 0u);
  EXPECT_EQ(code_of(Database::repair((folder / "none").string())), Code::kNotFound);
}

// On a disk that fails on cue.
struct FailingDatabase {
  std::shared_ptr<io::MemoryFileSystem> disk = std::make_shared<io::MemoryFileSystem>();
  std::shared_ptr<io::FaultFileSystem> files = std::make_shared<io::FaultFileSystem>(*disk);
  db::Environment environment = {.files = files};
  Database db = DatabaseInternals::open("store", {.threads = 0}, environment).value();

  // A disk that is full for all but the first `writes`.
  void fill_up(std::size_t writes, bool for_ever) {
    files->fail({.kind = io::FaultKind::kDiskFull, .at = writes, .sticky = for_ever});
  }
};

TEST(Database, a_copy_of_records_too_large_for_one_batch_is_whole_or_not_there) {
  FailingDatabase failing;
  Collection things = failing.db.create_collection("things", {.dimension = 2}).value();
  const std::string large(1'000'000, 'x');
  for (int i = 0; i < 70; ++i)
    ASSERT_TRUE(
        things.upsert({.id = std::to_string(i), .metadata = Metadata{{"large", large}}}).ok());
  failing.fill_up(1, false);  // the name of the copy is written, its first record is not
  EXPECT_EQ(code_of(failing.db.copy_collection("things", "copy")), Code::kResourceExhausted);
  EXPECT_EQ(failing.db.list_collections().value(), std::vector<std::string>{"things"});
  failing.files->clear_fault();
  const Collection copy = failing.db.copy_collection("things", "copy").value();
  EXPECT_EQ(copy.count().value(), 70u);
  EXPECT_EQ(copy.get("69")->metadata, things.get("69")->metadata);
}

TEST(Database, what_a_failed_copy_leaves_is_copied_by_nobody_and_goes_with_the_next) {
  FailingDatabase failing;
  Collection things = failing.db.create_collection("things", {.dimension = 2}).value();
  ASSERT_TRUE(things.upsert(record("a", {1, 0})).ok());
  failing.fill_up(1, true);
  EXPECT_EQ(code_of(failing.db.copy_collection("things", "copy")), Code::kResourceExhausted);
  const std::string left = "copy" + std::string(kUnfinishedCopy);
  EXPECT_EQ(failing.db.list_collections().value(), (std::vector<std::string>{left, "things"}));
  failing.files->clear_fault();
  EXPECT_EQ(code_of(failing.db.copy_collection(left, "other")), Code::kInvalidArgument);
  failing.fill_up(0, true);
  EXPECT_EQ(code_of(failing.db.copy_collection("things", "copy")), Code::kResourceExhausted);
  failing.files->clear_fault();
  EXPECT_EQ(failing.db.copy_collection("things", "copy")->count().value(), 1u);
  EXPECT_EQ(failing.db.list_collections().value(), (std::vector<std::string>{"copy", "things"}));
}

// Its graph is damaged, and its log so long that a close puts it into files.
std::shared_ptr<db::OddFiles> store_to_repair() {
  const auto files = std::make_shared<db::OddFiles>();
  Database database = db::open_on(files, {.threads = 0});
  Collection docs =
      database.create_collection("docs", {.dimension = 2, .hnsw = {.min_rows = 8}}).value();
  EXPECT_TRUE(db::fill(docs, 0, 10).ok());
  EXPECT_TRUE(docs.compact().ok());
  EXPECT_TRUE(docs.upsert({.id = "long", .text = std::string(1 << 20, 'x')}).ok());
  const auto left = db::copy_of(*files);  // by a process that was killed
  for (const std::string& path : left->files()) {
    if (!path.ends_with(".idx")) continue;
    const Bytes whole = left->content(path).value();
    EXPECT_TRUE(left->set_content(path, ByteView(whole).first(whole.size() / 2)).ok());
  }
  return left;
}

TEST(Database, a_repair_on_a_disk_that_is_full_says_so_and_can_be_done_again) {
  const auto damaged = store_to_repair();
  std::set<std::string> told;
  for (std::size_t n = 0; !HasFailure(); ++n) {
    SCOPED_TRACE(n);
    const auto disk = db::copy_of(*damaged);
    const auto files = std::make_shared<io::FaultFileSystem>(*disk);
    const db::Environment environment{.files = files};
    files->fail({.kind = io::FaultKind::kDiskFull, .at = n});
    const Status status = DatabaseInternals::repair("store", {}, environment).status();
    if (files->faults_hit() == 0) break;
    files->clear_fault();
    if (!status.ok()) {
      EXPECT_EQ(status.code(), Code::kResourceExhausted) << status.to_string();
      told.insert(status.message());
      EXPECT_TRUE(DatabaseInternals::repair("store", {}, environment).ok());
    }
    const Collection docs = db::open_on(disk, {.threads = 0}).collection("docs").value();
    EXPECT_EQ(docs.count().value(), 11u);
    EXPECT_EQ(docs.stats()->indexed_rows, 10u);
  }
  EXPECT_GT(told.size(), 5u);
}

TEST(Database, backups_have_a_place_of_their_own) {
  TestDatabase fixture;
  ASSERT_TRUE(fixture.things().upsert(record("a", {1, 0})).ok());
  for (const bool single : {false, true}) {
    EXPECT_EQ(code_of(fixture.db->backup("", {.single_file = single})), Code::kInvalidArgument);
    for (const std::string path : {"beside", "/above", "below/it/"})
      EXPECT_TRUE(fixture.db->backup(path + (single ? "1" : "2"), {.single_file = single}).ok())
          << path;
  }
  EXPECT_EQ(code_of(fixture.db->backup("/", {.single_file = true})), Code::kAlreadyExists);
  EXPECT_EQ(code_of(fixture.db->backup("store/within")), Code::kInvalidArgument);
}

TEST(Database, what_cannot_be_opened_or_named_says_so_at_every_door) {
  const TestFolder folder;
  const std::string file = (folder / "file").string();
  std::ofstream(file) << "no database";
  EXPECT_FALSE(VecStore::open(file, {.dimension = 2}).ok());
  TestDatabase fixture;
  Collection things = fixture.things();
  EXPECT_EQ(code_of(fixture.db->copy_collection("things", "")), Code::kInvalidArgument);
  EXPECT_EQ(code_of(fixture.db->rename_collection("things", "")), Code::kInvalidArgument);
  EXPECT_EQ(code_of(fixture.db->set_alias("", "things")), Code::kInvalidArgument);
  CollectionOptions odd{.dimension = 2};
  odd.attributes = {{"x", std::nan("")}};
  EXPECT_EQ(code_of(fixture.db->create_collection("odd", odd)), Code::kInvalidArgument);
  const Query query{.vector = {1, 2}, .timeout = std::chrono::seconds(10)};
  EXPECT_TRUE(things.query_async(query).get()->empty());
  EXPECT_EQ(code_of(things.query({.vector = {1, 2}, .candidates = kMaxK + 1})),
            Code::kInvalidArgument);
  EXPECT_EQ(code_of(things.query({.vector = {1, 2}, .group_by = GroupBy{"x", kMaxK + 1}})),
            Code::kInvalidArgument);
}

}  // namespace
}  // namespace vecstore
