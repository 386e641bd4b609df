#include <gtest/gtest.h>

#include "base/random.h"
#include "db/check.h"
#include "db/store.h"
#include "db/test_store.h"
#include "io/fault_file_system.h"
#include "storage/manifest.h"

namespace vecstore::db {
namespace {

TEST(StoreOpen, seals_that_a_crash_interrupted_are_finished_at_the_next_open) {
  auto files = std::make_shared<OddFiles>();
  {
    Database db = open_on(files);
    Collection things = db.create_collection("things", {.dimension = 2}).value();
    files->on_create = OddFiles::no_segments;
    ASSERT_TRUE(fill(things, 0, 12).ok());
    static_cast<void>(db.close().ok());
  }
  files->on_create = nullptr;
  Database db = open_on(files);
  Collection things = db.collection("things").value();
  EXPECT_EQ(things.count().value(), 12u);
  EXPECT_EQ(things.stats().value().memory_rows, 0u);
}

TEST(StoreOpen, read_only_writes_no_file_whatever_waits_to_be_one) {
  auto files = std::make_shared<OddFiles>();
  {
    Database db = open_on(files);
    Collection things = db.create_collection("things", {.dimension = 2}).value();
    files->on_create = OddFiles::no_segments;
    ASSERT_TRUE(fill(things, 0, 16).ok());
    static_cast<void>(db.close().ok());
  }
  files->on_create = nullptr;
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

// One log file is left after the seal, and everything in it counts.
TEST(StoreOpen, a_log_file_that_was_emptied_is_damage_for_all_alike) {
  for (const std::size_t left : {0u, 30u}) {
    auto files = std::make_shared<OddFiles>();
    {
      Database db = open_on(files);
      Collection things = db.create_collection("things", {.dimension = 2}).value();
      ASSERT_TRUE(fill(things, 0, 9).ok());
      ASSERT_TRUE(things.compact().ok());
      ASSERT_TRUE(fill(things, 9, 11).ok());
    }
    std::string log;
    for (const std::string& path : files->files())
      if (path.ends_with(".log")) {
        ASSERT_TRUE(log.empty()) << "one file was expected";
        log = path;
      }
    Bytes bytes = files->content(log).value();
    bytes.resize(left);
    ASSERT_TRUE(files->set_content(log, bytes).ok());
    const CheckReport report = check_store(*files, "store", false).value();
    ASSERT_EQ(report.damage.size(), 1u);
    EXPECT_EQ(report.damage[0].file, log);
    DatabaseOptions reading = small();
    reading.read_only = true;
    for (int attempt = 0; attempt < 2; ++attempt) {
      EXPECT_EQ(try_open(files, reading).status().code(), Code::kDataLoss);
      EXPECT_EQ(try_open(files).status().code(), Code::kDataLoss) << "whoever comes first";
      EXPECT_EQ(files->content(log).value(), bytes);
    }
  }
}

// Nothing says whether anything had been in it: told, and the same for all who open.
TEST(StoreOpen, an_empty_newest_log_file_behind_another_is_told) {
  auto files = std::make_shared<OddFiles>();
  {
    Database db = open_on(files);
    Collection things = db.create_collection("things", {.dimension = 2}).value();
    ASSERT_TRUE(fill(things, 0, 2).ok());
  }
  ASSERT_TRUE(files->set_content("store/wal/2.log", {}).ok());
  const CheckReport report = check_store(*files, "store", false).value();
  EXPECT_TRUE(report.damage.empty());
  ASSERT_EQ(report.notes.size(), 1u);
  EXPECT_NE(report.notes[0].find("store/wal/2.log is empty"), std::string::npos);
  for (int attempt = 0; attempt < 2; ++attempt) {
    Database db = open_on(files);
    Collection things = db.collection("things").value();
    EXPECT_EQ(things.count().value(), 2u + static_cast<unsigned>(attempt));
    ASSERT_TRUE(fill(things, 5 + attempt, 6 + attempt).ok());
  }
  EXPECT_TRUE(check_store(*files, "store", false)->notes.empty());
}

// Promise G6: a reader that opens while files are merged away beside it.
TEST(StoreOpen, a_reader_opens_while_the_writer_merges) {
  auto files = std::make_shared<OddFiles>();
  Database writer = open_on(files, {.threads = 0, .merge_fanout = 100});
  Collection things = writer.create_collection("things", {.dimension = 2}).value();
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(fill(things, 0, 10).ok());
    ASSERT_TRUE(things.flush().ok());
  }
  bool merged = false;
  files->on_open = [&](const std::string& path) -> Status {
    if (merged || !path.ends_with(".seg")) return {};
    merged = true;
    return things.compact().status();
  };
  DatabaseOptions options = small();
  options.read_only = true;
  const Result<Database> reader = try_open(files, options);
  ASSERT_TRUE(reader.ok()) << reader.status().to_string();
  EXPECT_TRUE(merged);
  EXPECT_EQ(reader->collection("things").value().count().value(), 10u);
}

// Opening costs the tail: what files hold is not read from the log again, neither after writes nor
// after deletes.
TEST(StoreOpen, a_close_leaves_a_short_log_to_replay) {
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

// A clean end is marked in the log, in every mode and however long ago the last sync was: what was
// on the disk and is bad now is damage, not an unfinished write.
TEST(StoreOpen, damage_to_the_last_write_before_a_clean_close_is_found) {
  for (const Durability durability : {Durability::kFull, Durability::kNormal, Durability::kOff}) {
    SCOPED_TRACE(durability_name(durability));
    auto files = std::make_shared<OddFiles>();
    DatabaseOptions options = small();
    options.durability = durability;
    {
      Database db = open_on(files, options);
      Collection things = db.create_collection("things", {.dimension = 2}).value();
      ASSERT_TRUE(things.upsert({.id = "a", .text = "the last words"}).ok());
      ASSERT_TRUE(things.upsert({.id = "b", .text = "the last words"}).ok());
      ASSERT_TRUE(db.close().ok());
    }
    const std::string log = "store/wal/1.log";
    Bytes content = files->content(log).value();
    const std::size_t at = as_text(content).rfind("the last words");
    ASSERT_NE(at, std::string::npos);
    content[at] ^= std::byte{1};
    ASSERT_TRUE(files->set_content(log, content).ok());
    EXPECT_EQ(try_open(files, options).status().code(), Code::kDataLoss);
  }
}

TEST(StoreOpen, a_log_that_went_missing_is_damage) {
  auto files = std::make_shared<OddFiles>();
  {
    Database db = open_on(files);
    Collection things = db.create_collection("things", {.dimension = 2}).value();
    ASSERT_TRUE(fill(things, 0, 6).ok());
    ASSERT_TRUE(db.close().ok());
  }
  ASSERT_TRUE(files->remove("store/wal/1.log").ok());
  for (const bool read_only : {false, true}) {
    DatabaseOptions options = small();
    options.read_only = read_only;
    const auto opened = try_open(files, options);
    EXPECT_EQ(opened.status().code(), Code::kDataLoss);
    EXPECT_NE(opened.status().message().find("store/wal"), std::string::npos);
  }
  const CheckReport report = check_store(*files, "store", false).value();
  ASSERT_EQ(report.damage.size(), 1u);
  EXPECT_EQ(report.damage[0].file, "store/wal");
}

TEST(StoreOpen, the_manifest_says_whose_epoch_it_is) {
  auto files = std::make_shared<OddFiles>();
  for (std::uint64_t epoch = 1; epoch <= 3; ++epoch) {
    Database db = open_on(files);
    Collection things = db.get_or_create("things", {.dimension = 2}).value();
    ASSERT_TRUE(fill(things, 0, 1).ok());
    ASSERT_TRUE(things.flush().ok());
    EXPECT_EQ(storage::read_manifest(*files, "store").value().epoch, epoch);
  }
}

// A reader beside a writer may meet a file that is just being cut: it looks again.
TEST(StoreOpen, a_reader_looks_twice_before_it_speaks_of_damage) {
  auto files = std::make_shared<OddFiles>();
  Database writer = open_on(files);
  Collection things = writer.create_collection("things", {.dimension = 2}).value();
  ASSERT_TRUE(fill(things, 0, 2).ok());
  int opened = 0;
  files->on_open = [&](const std::string& path) {
    return path.ends_with(".log") && ++opened == 1 ? data_loss("cut off just now") : Status();
  };
  DatabaseOptions options = small();
  options.read_only = true;
  const Result<Database> reader = try_open(files, options);
  ASSERT_TRUE(reader.ok()) << reader.status().to_string();
  EXPECT_EQ(reader->collection("things").value().count().value(), 2u);
}

TEST(StoreOpen, a_missing_segment_file_is_an_error_that_names_it) {
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
    const auto opened = try_open(files, options);
    ASSERT_FALSE(opened.ok());
    EXPECT_NE(opened.status().message().find(names[0]), std::string::npos);
  }
}

TEST(StoreOpen, data_without_a_manifest_is_not_taken_for_a_new_database) {
  auto files = std::make_shared<OddFiles>();
  { Database db = open_on(files); }
  for (const std::string& path : files->files())
    if (path.find("MANIFEST") != std::string::npos) {
      ASSERT_TRUE(files->remove(path).ok());
    }
  ASSERT_TRUE(files->set_content("store/segments/1.seg", as_bytes("x")).ok());
  EXPECT_FALSE(try_open(files).ok());
  EXPECT_TRUE(files->exists("store/segments/1.seg").value());
}

TEST(StoreOpen, leftovers_of_an_interrupted_merge_are_removed) {
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
TEST(StoreOpen, a_replay_gives_what_was_there) {
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

TEST(StoreOpen, a_manifest_that_is_wrong_about_its_files_is_damage) {
  const auto sound = std::make_shared<OddFiles>();
  {
    Database database = open_on(sound);
    Collection things =
        database.get_or_create("things", {.dimension = 2, .keep_versions = 2}).value();
    ASSERT_TRUE(fill(things, 0, 9).ok());
    ASSERT_TRUE(fill(things, 0, 4).ok());
    ASSERT_TRUE(things.compact().ok());
    ASSERT_TRUE(database.close().ok());
  }
  const auto changed = [&](const std::function<void(storage::CollectionEntry&)>& change) {
    const std::shared_ptr<OddFiles> files = copy_of(*sound);
    storage::Manifest manifest = storage::read_manifest(*files, "store").value();
    ++manifest.number;
    change(manifest.collections.at(0));
    EXPECT_TRUE(storage::write_manifest(*files, "store", manifest).ok());
    const CheckReport report = check_store(*files, "store", true).value();
    EXPECT_FALSE(report.damage.empty());
    const Status opened = try_open(files).status();
    EXPECT_EQ(opened.code(), Code::kDataLoss) << opened.to_string();
    return opened.message();
  };
  EXPECT_NE(changed([](auto& entry) { ++entry.segments.at(0).rows; }).find("the manifest says"),
            std::string::npos);
  EXPECT_NE(changed([](auto& entry) { ++entry.history.at(0).rows; }).find("the manifest says"),
            std::string::npos);
  EXPECT_NE(changed([](auto& entry) { entry.options["fields"] = 7; }).find("fields"),
            std::string::npos);
}

// Each operation fails in turn of an open that makes the database, and of one that finds a file
// which no manifest names.
TEST(StoreOpen, an_open_that_fails_anywhere_says_so_and_the_next_finds_all) {
  const auto whole = std::make_shared<OddFiles>();
  for (const bool made : {false, true}) {
    for (std::size_t n = 0; !HasFailure(); ++n) {
      SCOPED_TRACE((made ? "found, operation " : "made, operation ") + std::to_string(n));
      const auto disk = copy_of(*whole);
      const auto files = std::make_shared<io::FaultFileSystem>(*disk);
      files->fail({.kind = io::FaultKind::kInputOutput, .at = n});
      const Status status = try_open(files).status();
      if (files->faults_hit() == 0) break;
      EXPECT_NE(status.code(), Code::kInternal) << status.to_string();
      files->clear_fault();
      const Database database = open_on(files);
      EXPECT_EQ(database.list_collections()->size(), made ? 1u : 0u);
      EXPECT_FALSE(disk->content("store/segments/99.seg").ok());
    }
    Database database = open_on(whole);
    Collection things = database.get_or_create("things", {.dimension = 2}).value();
    ASSERT_TRUE(fill(things, 0, 6).ok());
    ASSERT_TRUE(database.close().ok());
    ASSERT_TRUE(whole->set_content("store/segments/99.seg", Bytes(10)).ok());
  }
}

TEST(StoreOpen, what_is_not_there_is_not_made_against_the_wish) {
  const auto files = std::make_shared<OddFiles>();
  DatabaseOptions options = small();
  options.create = false;
  EXPECT_EQ(try_open(files, options).status().code(), Code::kNotFound);
  EXPECT_TRUE(files->files().empty());
  ASSERT_TRUE(files->make_folder("store").ok());
  EXPECT_EQ(try_open(files, options).status().code(), Code::kNotFound);
  EXPECT_TRUE(files->files().empty());
}

TEST(StoreOpen, a_snapshot_is_not_followed) {
  const auto files = std::make_shared<OddFiles>();
  Database database = open_on(files);
  ASSERT_TRUE(database.create_snapshot("monday").ok());
  Environment environment;
  environment.files = files;
  environment.snapshot = "monday";
  DatabaseOptions options = small();
  options.threads = 1;
  options.read_only = true;
  EXPECT_TRUE(DatabaseInternals::open("store", options, environment).ok());
  options.refresh_interval_ms = 5;
  const Status status = DatabaseInternals::open("store", options, environment).status();
  EXPECT_EQ(status.code(), Code::kFailedPrecondition) << status.to_string();
}

// What is long in the log is put into files, so that the next open is quick.
TEST(StoreOpen, a_close_that_cannot_write_files_says_so_and_loses_nothing) {
  for (std::size_t n = 0; !HasFailure(); ++n) {
    SCOPED_TRACE(n);
    const auto disk = std::make_shared<OddFiles>();
    const auto files = std::make_shared<io::FaultFileSystem>(*disk);
    Database database = open_on(files);
    Collection things = database.create_collection("things", {.dimension = 2}).value();
    ASSERT_TRUE(things.upsert({.id = "long", .text = std::string(1 << 20, 'x')}).ok());
    files->fail({.kind = io::FaultKind::kDiskFull, .at = n});
    const Status status = database.close();
    const bool hit = files->faults_hit() > 0;
    EXPECT_TRUE(hit || status.ok()) << status.to_string();
    EXPECT_TRUE(open_on(disk).collection("things")->contains("long").value());
    if (!hit) {
      EXPECT_GT(n, 4u);
      break;
    }
  }
}

}  // namespace
}  // namespace vecstore::db
