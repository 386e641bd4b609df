#include "db/store.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "db/check.h"
#include "db/handle.h"
#include "io/fault_file_system.h"
#include "io/memory_file_system.h"
#include "storage/manifest.h"

namespace vecstore::db {
namespace {

// A disk that asks before it opens, creates or removes a file.
class OddFiles : public io::MemoryFileSystem {
 public:
  using Ask = std::function<Status(const std::string&)>;
  Ask on_open, on_create, on_remove;
  static Status ask(const Ask& whom, const std::string& path) {
    return whom ? whom(path) : Status();
  }
  static Status no_segments(const std::string& path) {
    return path.ends_with(".seg") ? resource_exhausted("no segments today") : Status();
  }

  Result<std::unique_ptr<io::WritableFile>> create(const std::string& path,
                                                   io::Create mode) override {
    VECSTORE_TRY(ask(on_create, path));
    return io::MemoryFileSystem::create(path, mode);
  }
  Result<std::unique_ptr<io::ReadableFile>> open(const std::string& path,
                                                 io::Access access) override {
    VECSTORE_TRY(ask(on_open, path));
    return io::MemoryFileSystem::open(path, access);
  }
  Status remove(const std::string& path) override {
    VECSTORE_TRY(ask(on_remove, path));
    return io::MemoryFileSystem::remove(path);
  }
};

// What a power cut now would leave, were everything on the disk.
std::shared_ptr<OddFiles> copy_of(OddFiles& files) {
  auto copy = std::make_shared<OddFiles>();
  for (const std::string& folder : files.folders()) EXPECT_TRUE(copy->make_folder(folder).ok());
  for (const std::string& path : files.files())
    EXPECT_TRUE(copy->set_content(path, files.content(path).value()).ok());
  return copy;
}

DatabaseOptions small() {
  return {.threads = 0, .memory_map = false, .seal_rows = 4, .merge_fanout = 2};
}

Result<Database> try_open(const std::shared_ptr<io::FileSystem>& files,
                          const DatabaseOptions& options = small()) {
  Environment environment;
  environment.files = files;
  return DatabaseInternals::open("store", options, environment);
}
Database open_on(const std::shared_ptr<io::FileSystem>& files,
                 const DatabaseOptions& options = small()) {
  return try_open(files, options).value();
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

TEST(Store, seals_that_a_crash_interrupted_are_finished_at_the_next_open) {
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

TEST(Store, read_only_writes_no_file_whatever_waits_to_be_one) {
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

// A clean end is marked in the log, in every mode and however long ago the last sync was: what was
// on the disk and is bad now is damage, not an unfinished write.
TEST(Store, damage_to_the_last_write_before_a_clean_close_is_found) {
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

TEST(Store, a_log_that_went_missing_is_damage) {
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

TEST(Store, the_manifest_says_whose_epoch_it_is) {
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
TEST(Store, a_reader_looks_twice_before_it_speaks_of_damage) {
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
    const auto opened = try_open(files, options);
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
  ASSERT_TRUE(files->set_content("store/segments/1.seg", as_bytes("x")).ok());
  EXPECT_FALSE(try_open(files).ok());
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
