#include "db/store.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "db/handle.h"
#include "io/fault_file_system.h"
#include "io/memory_file_system.h"

namespace vecstore::db {
namespace {

// A disk on which segment files can be forbidden, and one whose files call back when opened.
class OddFiles : public io::MemoryFileSystem {
 public:
  bool no_segments = false;
  std::function<void(const std::string&)> on_open = [](const std::string&) {};

  Result<std::unique_ptr<io::WritableFile>> create(const std::string& path,
                                                   io::Create mode) override {
    if (no_segments && path.ends_with(".seg")) return resource_exhausted("no segments today");
    return io::MemoryFileSystem::create(path, mode);
  }
  Result<std::unique_ptr<io::ReadableFile>> open(const std::string& path,
                                                 io::Access access) override {
    on_open(path);
    return io::MemoryFileSystem::open(path, access);
  }
};

DatabaseOptions small() {
  return {.threads = 0, .memory_map = false, .seal_rows = 4, .merge_fanout = 2};
}

Database open_on(const std::shared_ptr<io::FileSystem>& files,
                 const DatabaseOptions& options = small()) {
  Environment environment;
  environment.files = files;
  return DatabaseInternals::open("store", options, environment).value();
}

Status fill(Collection& things, int from, int to) {
  for (int i = from; i < to; ++i)
    VECSTORE_TRY(things
                     .upsert({.id = std::to_string(i),
                              .vector = {1, static_cast<float>(i)},
                              .metadata = {{"i", i}}})
                     .status());
  return {};
}

std::string dump(const Collection& things) {
  std::string all;
  Scan scan = things.scan({.include_deleted = true}).value();
  const std::vector<Record> records = scan.next(100'000).value();
  for (const Record& record : records)
    all += record.to_json() + " " + std::to_string(record.version) + "\n";
  return all;
}

TEST(Store, a_seal_that_fails_is_no_failed_write) {
  auto files = std::make_shared<OddFiles>();
  Database db = open_on(files);
  Collection things = db.create_collection("things", {.dimension = 2}).value();
  files->no_segments = true;
  ASSERT_TRUE(fill(things, 0, 12).ok()) << "the log has them";
  EXPECT_EQ(db.wait_for_background().code(), Code::kResourceExhausted) << "and this says so";
  EXPECT_EQ(things.count().value(), 12u);
  const Status held = fill(things, 12, 100);
  EXPECT_EQ(held.code(), Code::kResourceExhausted) << "memory does not grow for ever";
  const std::uint64_t count = things.count().value();
  files->no_segments = false;
  ASSERT_TRUE(fill(things, 0, 30).ok()) << "writes resume when the cause is gone";
  EXPECT_GE(things.count().value(), std::max<std::uint64_t>(count, 30));
}

TEST(Store, seals_that_a_crash_interrupted_are_finished_at_the_next_open) {
  auto files = std::make_shared<OddFiles>();
  {
    Database db = open_on(files);
    Collection things = db.create_collection("things", {.dimension = 2}).value();
    files->no_segments = true;
    ASSERT_TRUE(fill(things, 0, 12).ok());
    static_cast<void>(db.close().ok());
  }
  files->no_segments = false;
  Database db = open_on(files);
  Collection things = db.collection("things").value();
  EXPECT_EQ(things.count().value(), 12u);
  EXPECT_EQ(things.stats().value().memory_rows, 0u);
}

TEST(Store, read_only_writes_no_file_whatever_waits_to_be_one) {
  auto files = std::make_shared<OddFiles>();
  {
    Database db = open_on(files);
    Collection things = db.create_collection("things", {.dimension = 2}).value();
    files->no_segments = true;
    ASSERT_TRUE(fill(things, 0, 16).ok());
    static_cast<void>(db.close().ok());
  }
  files->no_segments = false;
  const auto before = files->files();
  DatabaseOptions options = small();
  options.read_only = true;
  Database db = open_on(files, options);
  Collection things = db.collection("things").value();
  EXPECT_EQ(things.count().value(), 16u);
  EXPECT_EQ(things.upsert({.id = "x"}).status().code(), Code::kFailedPrecondition);
  EXPECT_EQ(db.flush().code(), Code::kFailedPrecondition);
  EXPECT_EQ(things.flush().code(), Code::kFailedPrecondition);
  EXPECT_EQ(files->files(), before);
}

// Promise G6: a reader that opens while files are merged away beside it.
TEST(Store, a_reader_opens_while_the_writer_merges) {
  auto files = std::make_shared<OddFiles>();
  Database writer = open_on(files, {.threads = 0, .merge_fanout = 100});
  Collection things = writer.create_collection("things", {.dimension = 2}).value();
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(fill(things, 0, 10).ok());
    ASSERT_TRUE(things.flush().ok());
  }
  bool merged = false;
  files->on_open = [&](const std::string& path) {
    if (merged || !path.ends_with(".seg")) return;
    merged = true;
    ASSERT_TRUE(things.compact().ok());
  };
  DatabaseOptions options = small();
  options.read_only = true;
  Environment environment;
  environment.files = files;
  const Result<Database> reader = DatabaseInternals::open("store", options, environment);
  ASSERT_TRUE(reader.ok()) << reader.status().to_string();
  EXPECT_TRUE(merged);
  EXPECT_EQ(reader->collection("things").value().count().value(), 10u);
}

// Opening costs the tail: what files hold is not read from the log again, neither after writes nor
// after deletes.
TEST(Store, a_close_leaves_a_short_log_to_replay) {
  auto files = std::make_shared<io::MemoryFileSystem>();
  DatabaseOptions options = small();
  options.seal_rows = 100'000;
  for (int round = 0; round < 3; ++round) {
    Database db = open_on(files, options);
    Collection things = db.get_or_create("things", {.dimension = 2}).value();
    EXPECT_LT(db.stats().value().log_bytes, 2000u) << round;
    const Status filled = round == 0 ? fill(things, 0, 20'000) : Status();
    ASSERT_TRUE(filled.ok());
    for (int i = 0; round == 1 && i < 20'000; ++i) {
      ASSERT_TRUE(things.remove(std::to_string(i)).ok());
    }
    EXPECT_EQ(db.stats().value().log_bytes > 1u << 20, round < 2) << round;
    EXPECT_EQ(things.count().value(), round == 0 ? 20'000u : 0u);
    ASSERT_TRUE(db.close().ok());
  }
}

TEST(Store, a_missing_segment_file_is_an_error_that_names_it) {
  auto files = std::make_shared<OddFiles>();
  {
    Database db = open_on(files);
    Collection things = db.create_collection("things", {.dimension = 2}).value();
    ASSERT_TRUE(fill(things, 0, 4).ok());
  }
  const auto names = files->list("store/segments").value();
  ASSERT_FALSE(names.empty());
  ASSERT_TRUE(files->remove("store/segments/" + names[0]).ok());
  for (const bool read_only : {false, true}) {
    DatabaseOptions options = small();
    options.read_only = read_only;
    Environment environment;
    environment.files = files;
    const auto opened = DatabaseInternals::open("store", options, environment);
    ASSERT_FALSE(opened.ok());
    EXPECT_NE(opened.status().message().find(names[0]), std::string::npos);
  }
}

TEST(Store, data_without_a_manifest_is_not_taken_for_a_new_database) {
  auto files = std::make_shared<OddFiles>();
  { Database db = open_on(files); }
  for (const std::string& path : files->files())
    if (path.find("MANIFEST") != std::string::npos) {
      ASSERT_TRUE(files->remove(path).ok());
    }
  Environment environment;
  environment.files = files;
  ASSERT_TRUE(files->set_content("store/segments/1.seg", as_bytes("x")).ok());
  EXPECT_FALSE(DatabaseInternals::open("store", small(), environment).ok());
  EXPECT_TRUE(files->exists("store/segments/1.seg").value());
}

TEST(Store, leftovers_of_an_interrupted_merge_are_removed) {
  auto files = std::make_shared<OddFiles>();
  { Database db = open_on(files); }
  ASSERT_TRUE(files->set_content("store/segments/99.seg", as_bytes("half")).ok());
  std::string said;
  DatabaseOptions options = small();
  options.log = [&](LogLevel, std::string_view message) { said += message; };
  { Database db = open_on(files, options); }
  EXPECT_FALSE(files->exists("store/segments/99.seg").value());
  EXPECT_NE(said.find("segments/99.seg"), std::string::npos);
}

// Replaying the same log reaches the same state, versions and times included (promise G10).
TEST(Store, a_replay_gives_what_was_there) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    auto files = std::make_shared<OddFiles>();
    Random random(seed);
    std::string before;
    {
      Database db = open_on(files);
      Collection things = db.create_collection("things", {.dimension = 2}).value();
      for (int i = 0; i < 60; ++i) {
        const std::string id = std::to_string(random.below(9));
        const int from = static_cast<int>(random.below(9));
        switch (random.below(6)) {
          case 0:
            static_cast<void>(things.remove(id).ok());
            break;
          case 1:
            static_cast<void>(things.soft_delete(id).ok());
            break;
          case 2:
            static_cast<void>(things.update({.id = id, .metadata_patch = Metadata{{"u", i}}}).ok());
            break;
          case 3:
            static_cast<void>(things.restore(id).ok());
            break;
          default:
            ASSERT_TRUE(fill(things, from, from + 1).ok());
        }
      }
      before = dump(things);
    }
    for (int round = 0; round < 2; ++round) {
      Database db = open_on(files);
      EXPECT_EQ(dump(db.collection("things").value()), before);
    }
  }
}

// Promise G3, for every file kind of a small store: one bit flipped anywhere is an error, or the
// content is right.
TEST(Store, a_flipped_bit_anywhere_is_an_error_or_no_matter) {
  auto files = std::make_shared<OddFiles>();
  std::string right;
  {
    Database db = open_on(files);
    Collection things = db.create_collection("things", {.dimension = 2}).value();
    ASSERT_TRUE(fill(things, 0, 10).ok());
    ASSERT_TRUE(things.remove("3").ok());
    ASSERT_TRUE(things.flush().ok());
    ASSERT_TRUE(fill(things, 20, 23).ok());
    right = dump(things);
    ASSERT_TRUE(db.close().ok());
  }
  Random random(4711);
  std::size_t refused = 0;
  for (const std::string& path : files->files()) {
    if (path.ends_with("LOCK")) continue;
    const Bytes whole = files->content(path).value();
    for (std::size_t at = random.below(5); at < whole.size(); at += 1 + random.below(9)) {
      Bytes damaged = whole;
      damaged[at] ^= static_cast<std::byte>(1u << random.below(8));
      ASSERT_TRUE(files->set_content(path, damaged).ok());
      DatabaseOptions options = small();
      options.read_only = true;
      Environment environment;
      environment.files = files;
      Result<Database> db = DatabaseInternals::open("store", options, environment);
      bool bad = !db.ok();
      if (db.ok()) {
        const Result<Collection> things = db->collection("things");
        ASSERT_TRUE(things.ok()) << path << " " << at;
        Result<Scan> scan = things->scan({.include_deleted = true});
        Result<std::vector<Record>> records =
            scan.ok() ? scan->next(1000) : Result<std::vector<Record>>(scan.status());
        bad = !records.ok();
        if (!bad) {
          EXPECT_EQ(dump(*things), right) << path << ", byte " << at;
        }
        static_cast<void>(things->query({.vector = {1, 0}}).ok());
        static_cast<void>(things->get("7").ok());
      }
      refused += bad ? 1 : 0;
    }
    ASSERT_TRUE(files->set_content(path, whole).ok());
  }
  EXPECT_GT(refused, 200u);
}

TEST(Store, a_scan_that_met_damage_does_not_go_on_as_if_nothing_were) {
  auto disk = std::make_shared<io::MemoryFileSystem>();
  auto files = std::make_shared<io::FaultFileSystem>(*disk);
  Database db = open_on(files);
  Collection things = db.create_collection("things", {.dimension = 2}).value();
  ASSERT_TRUE(fill(things, 0, 8).ok());
  Scan scan = things.scan().value();
  files->fail({.kind = io::FaultKind::kInputOutput, .at = 9});
  Status met;
  for (int i = 0; i < 20 && met.ok(); ++i) met = scan.next(1).status();
  ASSERT_FALSE(met.ok());
  EXPECT_FALSE(scan.next(1).ok());
}

}  // namespace
}  // namespace vecstore::db
