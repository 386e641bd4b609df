#include "db/store.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "base/test_share.h"
#include "db/test_store.h"
#include "io/fault_file_system.h"
#include "storage/manifest.h"

namespace vecstore::db {
namespace {

TEST(Store, a_seal_that_fails_is_no_failed_write) {
  auto files = std::make_shared<OddFiles>();
  Database db = open_on(files);
  Collection things = db.create_collection("things", {.dimension = 2}).value();
  files->on_create = OddFiles::no_segments;
  ASSERT_TRUE(fill(things, 0, 12).ok()) << "the log has them";
  EXPECT_EQ(db.wait_for_background().code(), Code::kResourceExhausted) << "and this says so";
  EXPECT_EQ(things.count().value(), 12u);
  const Status held = fill(things, 12, 100);
  EXPECT_EQ(held.code(), Code::kResourceExhausted) << "memory does not grow for ever";
  const std::uint64_t count = things.count().value();
  files->on_create = nullptr;
  ASSERT_TRUE(fill(things, 0, 30).ok()) << "writes resume when the cause is gone";
  EXPECT_GE(things.count().value(), std::max<std::uint64_t>(count, 30));
}

// Small files are merged past a large one between them: what lies first may be written last.
TEST(Store, files_whose_rows_interleave_merge) {
  auto files = std::make_shared<OddFiles>();
  Database db = open_on(files);
  Collection things = db.create_collection("things", {.dimension = 2}).value();
  ASSERT_TRUE(fill(things, 0, 4).ok());
  for (int i = 10; i < 14; ++i) {
    const std::string text(100'000, 'x');
    ASSERT_TRUE(things.upsert({.id = std::to_string(i), .text = text}).ok());
  }
  ASSERT_TRUE(fill(things, 0, 4).ok()) << "replaces all of the first file";
  ASSERT_EQ(things.stats().value().segments, 2u) << "the small ones are one now";
  const Result<CompactResult> compacted = things.compact();
  ASSERT_TRUE(compacted.ok()) << compacted.status().to_string();
  const storage::Manifest manifest = storage::read_manifest(*files, "store").value();
  const storage::SegmentEntry& only = manifest.collections[0].segments.at(0);
  EXPECT_LT(only.min_sequence, only.max_sequence);
  EXPECT_EQ(things.get("3").value().version, only.max_sequence);
}

// With a share so small a merge rests for hours between two steps, a graph likewise.
TEST(Store, background_work_that_is_waited_for_does_not_rest) {
  auto files = std::make_shared<OddFiles>();
  Database db = open_on(files, {.threads = 2, .background_share = 1e-7, .seal_rows = 500});
  CollectionOptions options{.dimension = 2};
  options.hnsw.min_rows = 100;
  Collection things = db.create_collection("things", options).value();
  Collection others = db.create_collection("others", options).value();
  ASSERT_TRUE(fill(others, 0, 4'000).ok());
  ASSERT_TRUE(fill(things, 0, 4'000).ok());
  ASSERT_TRUE(things.compact().ok());
  EXPECT_EQ(things.stats().value().segments, 1u);
  ASSERT_TRUE(others.flush().ok());
  ASSERT_TRUE(db.wait_for_background().ok());
  const CollectionStats stats = others.stats().value();
  EXPECT_EQ(stats.indexed_rows, 4'000u) << "what made way for the other went on";
}

// The manifest that names a new file is written; what goes wrong behind it is no reason to take the
// file away.
TEST(Store, old_log_files_that_cannot_be_removed_are_no_harm) {
  auto files = std::make_shared<OddFiles>();
  std::string right;
  {
    Database db = open_on(files, {.threads = 0, .seal_rows = 100'000});
    Collection things = db.create_collection("things", {.dimension = 2}).value();
    const std::string text(600'000, 'x');
    for (const char* id : {"a", "b"}) ASSERT_TRUE(things.upsert({.id = id, .text = text}).ok());
    ASSERT_TRUE(things.flush().ok());
    files->on_remove = [](const std::string& path) -> Status {
      return path.ends_with(".log") ? Status(Code::kPermissionDenied, "it stays") : Status();
    };
    for (const char* id : {"c", "d"}) ASSERT_TRUE(things.upsert({.id = id, .text = text}).ok());
    EXPECT_TRUE(things.flush().ok());
    EXPECT_EQ(things.count().value(), 4u);
    right = dump(things);
  }
  files->on_remove = nullptr;
  const Result<Database> db = try_open(files);
  ASSERT_TRUE(db.ok()) << db.status().to_string();
  EXPECT_EQ(dump(db->collection("things").value()), right);
}

TEST(Store, a_segment_that_cannot_be_opened_leaves_no_file) {
  auto files = std::make_shared<OddFiles>();
  Database db = open_on(files, {.threads = 0, .seal_rows = 100'000});
  Collection things = db.create_collection("things", {.dimension = 2}).value();
  ASSERT_TRUE(fill(things, 0, 4).ok());
  files->on_open = [](const std::string&) { return resource_exhausted("too many open files"); };
  EXPECT_EQ(things.flush().code(), Code::kResourceExhausted);
  EXPECT_TRUE(files->list("store/segments").value().empty());
  files->on_open = nullptr;
  EXPECT_TRUE(things.flush().ok());
  EXPECT_EQ(things.stats().value().segments, 1u);
}

// What is dropped is dropped, whatever happens to its files.
TEST(Store, a_drop_that_leaves_files_behind_is_no_failed_drop) {
  auto files = std::make_shared<OddFiles>();
  Database db = open_on(files);
  Collection things = db.create_collection("things", {.dimension = 2}).value();
  ASSERT_TRUE(fill(things, 0, 4).ok());
  files->on_create = [](const std::string& path) {
    return path.find("MANIFEST") != path.npos ? resource_exhausted("full") : Status();
  };
  EXPECT_TRUE(db.drop_collection("things").ok());
  EXPECT_EQ(db.wait_for_background().code(), Code::kResourceExhausted);
  EXPECT_TRUE(db.list_collections().value().empty());
}

// A disk that stays full must not fill the memory with what could not be written.
TEST(Store, writes_refused_for_ever_take_a_bounded_memory) {
  auto disk = std::make_shared<io::MemoryFileSystem>();
  auto files = std::make_shared<io::FaultFileSystem>(*disk);
  Database db = open_on(files, {.threads = 0, .seal_bytes = 4096, .seal_rows = 100'000});
  Collection things = db.create_collection("things", {.dimension = 2}).value();
  ASSERT_TRUE(things.upsert({.id = "b"}).ok());
  files->fail({.kind = io::FaultKind::kDiskFull, .sticky = true});
  for (int i = 0; i < 200; ++i) {
    const Status refused = things.upsert({.id = "a", .text = std::string(500, 'x')}).status();
    ASSERT_EQ(refused.code(), Code::kResourceExhausted) << refused.to_string();
  }
  EXPECT_LT(things.stats().value().text_bytes, 3 * 4096u);
  files->clear_fault();
  ASSERT_TRUE(things.upsert({.id = "a", .text = std::string(500, 'x')}).ok());
  EXPECT_EQ(things.count().value(), 2u);
}

// A clock that goes on by some time at each look.
struct TickingClock : Clock {
  mutable TimeMs now = 1'000;
  TimeMs step = 0;
  TimeMs now_ms() const override { return now += step; }
};

// A merge drops what has expired. Should the clock be put back while it works, a write to what it
// drops must not be acknowledged and then be lost.
void write_while_a_merge_meets_an_expiry_at(TimeMs begin) {
  SCOPED_TRACE(begin);
  auto files = std::make_shared<OddFiles>();
  TickingClock clock;
  Environment environment;
  environment.files = files;
  environment.clock = &clock;
  const DatabaseOptions options = {.threads = 0, .seal_rows = 2, .merge_fanout = 2};
  Database db = DatabaseInternals::open("store", options, environment).value();
  Collection things = db.create_collection("things", {.dimension = 2}).value();
  ASSERT_TRUE(things.upsert({.id = "a", .expires_at = 1'050}).ok());
  for (const char* id : {"b", "c"}) ASSERT_TRUE(things.upsert({.id = id}).ok());
  int segments = 0;
  Status changed = not_found("no merge");
  files->on_create = [&](const std::string& path) -> Status {
    if (!path.ends_with(".seg") || ++segments != 2) return {};
    clock.step = 0;
    clock.now = 1'010;
    changed = things.update({.id = "a", .expires_at = TimeMs{0}}).status();
    return {};
  };
  clock.now = begin;
  clock.step = 2;
  ASSERT_TRUE(things.upsert({.id = "d"}).ok());
  files->on_create = nullptr;
  ASSERT_EQ(segments, 2);
  environment.files = copy_of(*files);
  Database after = DatabaseInternals::open("store", options, environment).value();
  EXPECT_EQ(after.collection("things").value().contains("a").value(), changed.ok())
      << changed.to_string();
}

TEST(Store, a_write_during_a_merge_is_not_lost_when_the_clock_goes_back) {
  for (TimeMs begin = 1'030; begin <= 1'050; begin += 2)
    write_while_a_merge_meets_an_expiry_at(begin);
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
    for (std::size_t at = random.below(5); at < whole.size(); at += 1 + random.below(9 * kShare)) {
      Bytes damaged = whole;
      damaged[at] ^= static_cast<std::byte>(1u << random.below(8));
      ASSERT_TRUE(files->set_content(path, damaged).ok());
      DatabaseOptions options = small();
      options.read_only = true;
      Result<Database> db = try_open(files, options);
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
  EXPECT_GT(refused, 200u / kShare);
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

// One write to a collection that is never written again would keep the log from being cut.
TEST(Store, a_collection_that_is_seldom_written_does_not_keep_the_log) {
  const auto files = std::make_shared<OddFiles>();
  DatabaseOptions options = small();
  options.seal_rows = 8;
  options.seal_bytes = 4096;
  Environment environment;
  environment.files = files;
  environment.leave_log_bytes = 1;
  const auto open = [&] { return DatabaseInternals::open("store", options, environment).value(); };
  {
    Database database = open();
    Collection seldom = database.get_or_create("seldom", {.dimension = 2}).value();
    Collection often = database.get_or_create("often", {.dimension = 2}).value();
    ASSERT_TRUE(seldom.upsert({.id = "only", .vector = {1, 2}}).ok());
    ASSERT_TRUE(fill(often, 0, 1'000).ok());
    std::uint64_t bytes = 0;
    for (const std::string& path : files->files())
      if (path.ends_with(".log")) bytes += files->content(path)->size();
    EXPECT_LT(bytes, 8 * options.seal_bytes);
    ASSERT_TRUE(database.close().ok());
  }
  Database database = open();
  EXPECT_TRUE(database.collection("seldom")->contains("only").value());
  EXPECT_EQ(database.collection("often")->count().value(), 1'000u);
}

}  // namespace
}  // namespace vecstore::db
