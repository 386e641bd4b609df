// Promise G7: every format ever released opens and says what it said.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "base/test_folder.h"
#include "db/handle.h"
#include "db/store_files.h"
#include "golden/dump.h"
#include "io/fault_file_system.h"

namespace vecstore::golden {
namespace {

// What is named "store-N" has everything but graphs, "graph-N" graphs, "snapshot-N" a snapshot;
// "backup-N" is a single file, "versions-N" has older versions of records.
std::vector<std::filesystem::path> golden_folders(std::string_view kind) {
  std::vector<std::filesystem::path> folders;
  for (const auto& entry : std::filesystem::directory_iterator(VECSTORE_GOLDEN))
    if (entry.is_directory() && entry.path().filename().string().starts_with(kind))
      folders.push_back(entry.path());
  return folders;
}

std::string content(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

Result<Database> open(const std::filesystem::path& folder, const DatabaseOptions& options) {
  static const ManualClock clock(kNow);
  db::Environment environment;
  environment.clock = &clock;
  return DatabaseInternals::open((folder / "store").string(), options, environment);
}

TEST(GoldenStore, of_every_format_has_the_content_it_was_written_with) {
  const auto folders = golden_folders("");
  ASSERT_GE(folders.size(), 1u);
  for (const auto& folder : folders) {
    SCOPED_TRACE(folder.string());
    for (const bool map : {false, true}) {
      Result<Database> database = open(folder, {.read_only = true, .memory_map = map});
      ASSERT_TRUE(database.ok()) << database.status().to_string();
      EXPECT_EQ(dump(*database).value(), content(folder / "expected.jsonl"));
    }
  }
}

// The first format has no columns: what they would answer is read from the rows.
TEST(GoldenStore, without_columns_a_row_that_fails_to_be_read_is_told) {
  const std::string path = (std::filesystem::path(VECSTORE_GOLDEN) / "store-1/store").string();
  std::size_t told = 0;
  for (std::size_t n = 0;; ++n) {
    SCOPED_TRACE(n);
    const auto files = std::make_shared<io::FaultFileSystem>(*db::files_of(nullptr).value());
    db::Environment environment;
    environment.files = files;
    const DatabaseOptions options{.read_only = true, .memory_map = false};
    const Database database = DatabaseInternals::open(path, options, environment).value();
    const Collection things = database.collection("kinds").value();
    files->fail({.kind = io::FaultKind::kInputOutput, .at = n});
    const Result<Facet> facet = things.facet("$updated_at");
    if (files->faults_hit() == 0) break;
    EXPECT_FALSE(facet.ok());
    files->clear_fault();
    EXPECT_TRUE(things.facet("$updated_at").ok());
    ++told;
  }
  EXPECT_GT(told, 3u);
}

TEST(GoldenStore, of_every_format_is_clean) {
  for (const auto& folder : golden_folders("")) {
    const CheckReport report = Database::check((folder / "store").string(), true).value();
    EXPECT_TRUE(report.damage.empty()) << report.damage[0].file << ": " << report.damage[0].what;
    EXPECT_TRUE(report.notes.empty()) << report.notes[0];
  }
}

// Formats without an index of the texts too.
TEST(GoldenStore, of_every_format_is_searched_by_its_words) {
  for (const auto& folder : golden_folders("store")) {
    for (const bool map : {false, true}) {
      const Database database = open(folder, {.read_only = true, .memory_map = map}).value();
      const Hits notes = database.collection("notes").value().query({.text = "vectors"}).value();
      ASSERT_EQ(notes.size(), 1u);
      EXPECT_EQ(notes[0].id, "only");
      const Collection latest = database.collection("latest").value();
      std::set<std::string> with_text, found;
      const std::vector<Record> records = latest.scan().value().next(100'000).value();
      for (const Record& record : records)
        if (record.text && record.text->starts_with("line ")) with_text.insert(record.id);
      const Hits hits = latest.query({.text = "lines", .k = 10'000}).value();
      for (const Hit& hit : hits) found.insert(hit.id);
      EXPECT_FALSE(found.empty());
      EXPECT_EQ(found, with_text);
    }
  }
}

// Since store-2.
TEST(GoldenStore, of_every_format_with_text_fields_is_searched_in_them) {
  std::size_t stores = 0;
  for (const auto& folder : golden_folders("store")) {
    for (const bool map : {false, true}) {
      const Database database = open(folder, {.read_only = true, .memory_map = map}).value();
      const Collection latest = database.collection("latest").value();
      if (latest.options().text.fields.empty()) continue;
      ++stores;
      for (const char* number : {"3", "12", "29", "41"}) {  // of both files, and of the log
        const Query query{.text = number, .text_fields = {"deep.x.y"}};
        const Hits hits = latest.query(query).value();
        ASSERT_EQ(hits.size(), 1u) << number;
        EXPECT_TRUE(hits[0].id.ends_with("/" + std::string(number)));
      }
    }
  }
  EXPECT_GE(stores, 2u);
}

TEST(GoldenStore, of_every_format_with_graphs_is_walked) {
  std::size_t walked = 0;
  for (const auto& folder : golden_folders("graph")) {
    for (const bool map : {false, true}) {
      const Database database = open(folder, {.read_only = true, .memory_map = map}).value();
      for (const char* name : {"points", "arrows"}) {
        const Collection points = database.collection(name).value();
        std::size_t found = 0;
        for (int i = 0; i < 20; ++i) {
          Query query{.vector = points.get(std::to_string(i)).value().vector, .ef = 100};
          query.plan = Plan::kScan;
          const Hits exact = points.query(query).value();
          query.plan = Plan::kWalk;
          const Hits nearly = points.query(query).value();
          std::set<std::string> nearest;
          for (const Hit& hit : exact) nearest.insert(hit.id);
          for (const Hit& hit : nearly) found += nearest.count(hit.id);
          walked += nearly.segments_walked;
        }
        EXPECT_GE(found, 190u) << name << " of 200";
      }
    }
  }
  EXPECT_GE(walked, 80u);
}

TEST(GoldenStore, of_every_format_with_a_snapshot_has_it) {
  const auto folders = golden_folders("snapshot");
  ASSERT_GE(folders.size(), 1u);
  static const ManualClock clock(kNow);
  db::Environment environment;
  environment.clock = &clock;
  for (const auto& folder : folders) {
    for (const bool map : {false, true}) {
      environment.snapshot = "before";
      const DatabaseOptions reading{.read_only = true, .memory_map = map};
      Database before =
          DatabaseInternals::open((folder / "store").string(), reading, environment).value();
      EXPECT_EQ(dump(before).value(), content(folder / "snapshot.jsonl"));
      EXPECT_NE(content(folder / "snapshot.jsonl"), content(folder / "expected.jsonl"));
    }
    const TestFolder temporary;
    const auto copy = temporary / "copy";
    std::filesystem::copy(folder, copy, std::filesystem::copy_options::recursive);
    Database database = open(copy, {.threads = 0}).value();
    ASSERT_TRUE(database.restore_snapshot("before").ok());
    EXPECT_EQ(dump(database).value(), content(folder / "snapshot.jsonl"));
  }
}

TEST(GoldenStore, of_every_format_with_versions_has_them_and_keeps_them) {
  const auto folders = golden_folders("versions");
  ASSERT_GE(folders.size(), 1u);
  for (const auto& folder : folders) {
    const std::string expected = content(folder / "versions.jsonl");
    EXPECT_GT(std::ranges::count(expected, '\n'), 12);
    for (const bool map : {false, true}) {
      const Database database = open(folder, {.read_only = true, .memory_map = map}).value();
      EXPECT_EQ(dump_versions(database.collection("kinds").value(), kVersioned).value(), expected);
    }
    const TestFolder temporary;
    const auto copy = temporary / "copy";
    std::filesystem::copy(folder, copy, std::filesystem::copy_options::recursive);
    Database database = open(copy, {.threads = 0}).value();
    Collection kinds = database.collection("kinds").value();
    ASSERT_TRUE(kinds.compact().ok());
    EXPECT_EQ(dump_versions(kinds, kVersioned).value(), expected);
  }
}

TEST(GoldenStore, of_every_format_of_a_backup_is_restored) {
  const auto folders = golden_folders("backup");
  ASSERT_GE(folders.size(), 1u);
  for (const auto& folder : folders) {
    const TestFolder temporary;
    const std::vector<std::string> backups = {(folder / "store").string()};
    ASSERT_TRUE(Database::restore(backups, (temporary / "store").string()).ok());
    Database database = open(temporary.path(), {.threads = 0}).value();
    EXPECT_EQ(dump(database).value(), content(folder / "expected.jsonl"));
  }
}

TEST(GoldenStore, of_every_format_can_be_written_on_in_a_copy) {
  for (const auto& folder : golden_folders("store")) {
    const TestFolder temporary;
    const auto copy = temporary / "copy";
    std::filesystem::copy(folder, copy, std::filesystem::copy_options::recursive);
    Database database = open(copy, {.threads = 0}).value();
    Collection kinds = database.collection("latest").value();
    ASSERT_TRUE(kinds.compact().ok());
    EXPECT_EQ(dump(database).value(), content(folder / "expected.jsonl"))
        << "merging loses nothing";
    ASSERT_TRUE(kinds.upsert({.id = "new"}).ok());
    EXPECT_TRUE(kinds.contains("new").value());
  }
}

}  // namespace
}  // namespace vecstore::golden
