// Promise G9: deleted means deleted; after compact() the bytes are gone from the folder unless
// something pins them, and it says what.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "db/test_store.h"

namespace vecstore::db {
namespace {

constexpr float kOdd = 0.7718281828f;

// One record in many whose every part can be told from all others.
Record secret() {
  Record record;
  record.id = "secret-id-4711";
  record.vector = {kOdd, 1.5f};
  record.metadata = Metadata{{"owner", "secret-owner"}, {"list", List{"secret-tag"}}};
  record.text = "Unforgettable wordsecret in the text";
  return record;
}

// Where each of its traces is, in any file of the folder.
std::vector<std::string> traces(OddFiles& files) {
  std::vector<std::string> found;
  Bytes vector(sizeof kOdd);
  std::memcpy(vector.data(), &kOdd, sizeof kOdd);
  const std::string words[] = {"secret-id-4711",
                               "secret-owner",
                               "secret-tag",
                               "Unforgettable",
                               "wordsecret",
                               "unforgett",
                               std::string(as_text(vector))};
  for (const std::string& path : files.files()) {
    const Bytes bytes = files.content(path).value();
    for (const std::string& word : words)
      if (as_text(bytes).find(word) != std::string_view::npos) found.push_back(path + ": " + word);
  }
  return found;
}

struct Store {
  std::shared_ptr<OddFiles> files = std::make_shared<OddFiles>();
  Database database = open_on(files, {.threads = 0, .memory_map = false, .merge_fanout = 100});
  Collection things;

  explicit Store(std::uint32_t keep_versions = 0)
      : things(database.create_collection("things", options(keep_versions)).value()) {
    EXPECT_TRUE(fill(things, 0, 40).ok());
    EXPECT_TRUE(things.upsert(secret()).ok());
    EXPECT_TRUE(things.flush().ok());
    EXPECT_TRUE(fill(things, 40, 80).ok());
    EXPECT_TRUE(things.compact().ok());
    EXPECT_GE(traces(*files).size(), 6u) << "the search finds what is there";
  }
  static CollectionOptions options(std::uint32_t keep_versions) {
    return {.dimension = 2,
            .metric = Metric::kEuclidean,
            .hnsw = {.min_rows = 2},
            .keep_versions = keep_versions};
  }
};

TEST(Pins, what_is_deleted_is_gone_from_every_file_after_compact) {
  Store store;
  EXPECT_TRUE(store.things.remove("secret-id-4711").ok());
  EXPECT_FALSE(traces(*store.files).empty()) << "in files and in the log, until then";
  const CompactResult result = store.things.compact().value();
  EXPECT_EQ(traces(*store.files), std::vector<std::string>());
  EXPECT_TRUE(result.pins.empty());
  EXPECT_EQ(result.rows_dropped, 1u);
}

TEST(Pins, what_was_only_ever_in_the_log_and_memory_is_gone_too) {
  Store store;
  EXPECT_TRUE(store.things.remove("secret-id-4711").ok());
  ASSERT_TRUE(store.things.compact().ok());
  Record again = secret();
  ASSERT_TRUE(store.things.upsert(again).ok());
  again.text = "harmless";
  again.metadata = {};
  again.vector = {1, 1};
  ASSERT_TRUE(store.things.upsert(again).ok());
  ASSERT_TRUE(store.things.remove(again.id).ok());
  EXPECT_FALSE(traces(*store.files).empty());
  ASSERT_TRUE(store.things.compact().ok());
  EXPECT_EQ(traces(*store.files), std::vector<std::string>());
}

TEST(Pins, a_dropped_collection_is_gone_and_with_it_its_log) {
  Store store;
  ASSERT_TRUE(store.things.upsert(secret()).ok());
  Collection other = store.database.create_collection("other", {.dimension = 2}).value();
  ASSERT_TRUE(store.database.drop_collection("things").ok());
  EXPECT_TRUE(store.database.compact()->pins.empty());
  EXPECT_EQ(traces(*store.files), std::vector<std::string>());
}

TEST(Pins, a_snapshot_keeps_it_and_is_named_with_the_bytes) {
  Store store;
  ASSERT_TRUE(store.database.create_snapshot("before").ok());
  ASSERT_TRUE(store.things.remove("secret-id-4711").ok());
  const CompactResult kept = store.things.compact().value();
  EXPECT_FALSE(traces(*store.files).empty());
  ASSERT_EQ(kept.pins.size(), 1u);
  EXPECT_EQ(kept.pins[0].kind, Pin::Kind::kSnapshot);
  EXPECT_EQ(kept.pins[0].name, "before");
  EXPECT_EQ(kept.pins[0].collection, "things");
  EXPECT_FALSE(kept.pins[0].dropped);
  EXPECT_EQ(kept.pins[0].bytes, kept.snapshot_bytes);
  EXPECT_GT(kept.pins[0].bytes, 4096u);
  ASSERT_TRUE(store.database.drop_collection("things").ok());
  const DatabaseCompactResult dropped = store.database.compact().value();
  ASSERT_EQ(dropped.pins.size(), 1u) << "of a collection that is no longer there";
  EXPECT_EQ(dropped.pins[0].collection, "things");
  EXPECT_TRUE(dropped.pins[0].dropped);
  EXPECT_FALSE(traces(*store.files).empty());
  ASSERT_TRUE(store.database.drop_snapshot("before").ok());
  EXPECT_TRUE(store.database.compact()->pins.empty());
  EXPECT_EQ(traces(*store.files), std::vector<std::string>());
}

TEST(Pins, versions_keep_it_until_fewer_are_asked_for) {
  Store store(2);
  ASSERT_TRUE(store.things.remove("secret-id-4711").ok());
  const CompactResult kept = store.things.compact().value();
  EXPECT_FALSE(traces(*store.files).empty());
  ASSERT_EQ(kept.pins.size(), 1u);
  EXPECT_EQ(kept.pins[0].kind, Pin::Kind::kVersions);
  EXPECT_EQ(kept.pins[0].collection, "things");
  EXPECT_EQ(kept.version_bytes, kept.pins[0].bytes);
  EXPECT_GT(kept.version_bytes, 4096u);
  ASSERT_TRUE(store.things.set_keep_versions(0).ok());
  EXPECT_TRUE(store.things.compact()->pins.empty());
  EXPECT_EQ(traces(*store.files), std::vector<std::string>());
}

TEST(Pins, newer_versions_push_it_out) {
  Store store(2);
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(store.things.upsert({.id = "secret-id-4711", .vector = {1, 1}}).ok());
  ASSERT_TRUE(store.things.compact().ok());
  const std::vector<std::string> left = traces(*store.files);
  EXPECT_TRUE(std::ranges::all_of(left, [](const std::string& at) {
    return at.ends_with("secret-id-4711");
  })) << "its id is still there, what it held is not";
}

TEST(Pins, a_reader_keeps_bytes_that_have_left_the_folder) {
  Store store;
  const Scan scan = store.things.scan().value();
  ASSERT_TRUE(store.things.remove("secret-id-4711").ok());
  const CompactResult kept = store.things.compact().value();
  EXPECT_EQ(traces(*store.files), std::vector<std::string>()) << "of the folder they are gone";
  ASSERT_EQ(kept.pins.size(), 1u);
  EXPECT_EQ(kept.pins[0].kind, Pin::Kind::kReader);
  EXPECT_EQ(kept.pins[0].bytes, kept.pinned_bytes);
  EXPECT_GT(kept.pinned_bytes, 4096u);
}

TEST(Pins, a_backup_under_way_keeps_what_it_copies) {
  Store store;
  std::vector<Pin> during;
  store.files->on_create = [&](const std::string& path) -> Status {
    if (!path.starts_with("copy/segments/") || !during.empty()) return {};
    VECSTORE_TRY(store.things.remove("secret-id-4711").status());
    VECSTORE_ASSIGN(const DatabaseCompactResult result, store.database.compact());
    during = result.pins;
    return {};
  };
  ASSERT_TRUE(store.database.backup("copy").ok());
  const auto backup = std::ranges::find(during, Pin::Kind::kBackup, &Pin::kind);
  ASSERT_NE(backup, during.end());
  EXPECT_GT(backup->bytes, 4096u);
  EXPECT_TRUE(store.database.compact()->pins.empty());
}

// A disk that cannot tell the size of the n-th file that it is asked for, once.
class NoSize : public OddFiles {
 public:
  std::size_t left = 0;
  Result<std::uint64_t> file_size(const std::string& path) override {
    if (left > 0 && --left == 0) return Status(Code::kUnknown, "input/output error");
    return OddFiles::file_size(path);
  }
};

// In the middle of a backup, beside a snapshot and older versions: each has files to be measured.
TEST(Pins, what_cannot_be_measured_is_an_error_and_no_smaller_number) {
  const auto files = std::make_shared<NoSize>();
  Database database = open_on(files, {.threads = 0, .memory_map = false, .merge_fanout = 100});
  Collection things = database.create_collection("things", Store::options(1)).value();
  ASSERT_TRUE(fill(things, 0, 10).ok());
  ASSERT_TRUE(database.create_snapshot("monday").ok());
  ASSERT_TRUE(fill(things, 0, 5).ok());
  std::size_t refused = 0;
  bool begun = false;
  files->on_create = [&](const std::string& path) -> Status {
    if (!path.starts_with("copy/segments/") || std::exchange(begun, true)) return {};
    VECSTORE_TRY(things.remove("3").status());
    VECSTORE_ASSIGN(const DatabaseCompactResult right, database.compact());
    EXPECT_EQ(right.pins.size(), 3u);
    for (std::size_t n = 1;; ++n, ++refused) {
      files->left = n;
      const Result<DatabaseCompactResult> result = database.compact();
      if (std::exchange(files->left, 0) > 0) break;  // there were fewer
      EXPECT_FALSE(result.ok()) << n;
    }
    return {};
  };
  EXPECT_EQ(database.backup("copy").status().to_string(), "ok");
  EXPECT_GE(refused, 3u);
}

}  // namespace
}  // namespace vecstore::db
