// Backups and what is restored from them.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "db/backup/restore_backup.h"
#include "db/check.h"
#include "db/store_files.h"
#include "db/test_database.h"
#include "db/test_store.h"

namespace vecstore::db {
namespace {

using Paths = std::vector<std::string>;

std::string dump_of(const Database& database) {
  std::string all;
  const std::vector<std::string> names = database.list_collections().value();
  for (const std::string& name : names)
    all += name + ":\n" + dump(database.collection(name).value());
  return all;
}

Result<Database> open_at(const std::shared_ptr<io::FileSystem>& files, const std::string& path,
                         const DatabaseOptions& options = small()) {
  Environment environment;
  environment.files = files;
  return DatabaseInternals::open(path, options, environment);
}

struct Fixture {
  std::shared_ptr<OddFiles> files = std::make_shared<OddFiles>();
  Database db = open_on(files);
  Collection things = db.create_collection("things", {.dimension = 2}).value();
  Collection others = db.create_collection("others", {.dimension = 2}).value();

  Fixture() {
    EXPECT_TRUE(fill(things, 0, 30).ok());
    EXPECT_TRUE(fill(others, 0, 3).ok());
    EXPECT_TRUE(things.remove("4").ok());
    EXPECT_TRUE(db.set_alias("now", "things").ok());
  }
  Result<std::string> restored(const Paths& backups, const std::string& path = "again") {
    VECSTORE_TRY(restore_backup(*files, backups, path, {}).status());
    VECSTORE_ASSIGN(const Database database, open_at(files, path));
    EXPECT_TRUE(database.collection("now").ok());
    return dump_of(database);
  }
  std::vector<std::string> paths_in(const std::string& folder) const {
    std::vector<std::string> paths;
    for (const std::string& path : files->files())
      if (path.starts_with(folder)) paths.push_back(path);
    return paths;
  }
  void flip(const std::string& path, std::size_t at) {
    Bytes content = files->content(path).value();
    content[at % content.size()] ^= std::byte{4};
    ASSERT_TRUE(files->set_content(path, content).ok());
  }
};

TEST(StoreBackup, a_folder_is_a_database_that_opens_by_itself_and_is_restored_elsewhere) {
  Fixture fixture;
  const std::string then = dump_of(fixture.db);
  const BackupReport report = fixture.db.backup("copies/monday").value();
  EXPECT_EQ(report.copied_files, report.files);
  EXPECT_EQ(report.copied_bytes, report.bytes);
  EXPECT_EQ(report.sequence, fixture.db.stats()->sequence);
  ASSERT_TRUE(fill(fixture.things, 20, 40).ok());
  EXPECT_EQ(fixture.restored({"copies/monday"}).value(), then);
  EXPECT_TRUE(check_store(*fixture.files, "again", true)->damage.empty());
  EXPECT_TRUE(check_store(*fixture.files, "copies/monday", true)->damage.empty());
  Database copy = open_at(fixture.files, "copies/monday").value();
  EXPECT_EQ(dump_of(copy), then);
  Collection things = copy.collection("things").value();
  ASSERT_TRUE(things.upsert({.id = "new", .vector = {1, 2}}).ok()) << "a database like any other";
  EXPECT_NE(dump_of(fixture.db), then);
}

TEST(StoreBackup, a_single_file_opens_where_it_lies_and_is_restored) {
  Fixture fixture;
  const std::string then = dump_of(fixture.db);
  ASSERT_TRUE(fixture.db.backup("monday.vsb", {.single_file = true}).ok());
  EXPECT_EQ(fixture.paths_in("monday"), Paths{"monday.vsb"});
  for (const bool map : {false, true}) {
    DatabaseOptions options = small();
    options.memory_map = map;
    Database within = open_at(fixture.files, "monday.vsb", options).value();
    EXPECT_EQ(dump_of(within), then);
    Collection things = within.collection("things").value();
    EXPECT_EQ(things.query({.vector = DenseVector{1, 7}, .k = 2})->size(), 2u);
    const auto refused = things.upsert({.id = "new", .vector = {1, 2}});
    EXPECT_EQ(code_of(refused), Code::kFailedPrecondition);
    EXPECT_TRUE(within.stats().ok());
    EXPECT_EQ(code_of(within.create_snapshot("s")), Code::kFailedPrecondition);
  }
  EXPECT_TRUE(check_store(*fixture.files, "monday.vsb", true)->damage.empty());
  EXPECT_EQ(fixture.restored({"monday.vsb"}).value(), then);
}

TEST(StoreBackup, segments_in_a_single_file_begin_on_pages) {
  Fixture fixture;
  ASSERT_TRUE(fixture.db.backup("monday.vsb", {.single_file = true}).ok());
  const auto archive =
      storage::Archive::open(*fixture.files, "monday.vsb", io::Access::kRead).value();
  std::size_t segments = 0;
  for (const auto& entry : archive->contents().files) {
    EXPECT_EQ(archive->span_of(entry.name)->offset % storage::kPageBytes, 0u);
    segments += entry.name.ends_with(".seg") ? 1 : 0;
  }
  EXPECT_GE(segments, 2u);
}

TEST(StoreBackup, a_chain_of_ten_copies_only_what_is_new_and_restores_each) {
  Fixture fixture;
  Paths chain;
  std::vector<std::string> states;
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(fill(fixture.things, 25 + 5 * i, 33 + 5 * i).ok());
    ASSERT_TRUE(fixture.things.remove(std::to_string(i)).ok());
    states.push_back(dump_of(fixture.db));
    BackupOptions options;
    options.single_file = i % 3 == 1;
    if (i > 0) options.base = chain.back();
    chain.push_back("copies/" + std::to_string(i));
    const auto report = fixture.db.backup(chain.back(), options);
    ASSERT_TRUE(report.ok()) << report.status().to_string();
    if (i > 0) {
      EXPECT_LT(report->copied_files, report->files) << i;
      EXPECT_EQ(code_of(open_at(fixture.files, chain.back(), {.create = false})),
                Code::kFailedPrecondition);
    }
  }
  for (std::size_t i = 0; i < states.size(); ++i) {
    const Paths needed(chain.begin(), chain.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    const auto restored = fixture.restored(needed, "again" + std::to_string(i));
    ASSERT_TRUE(restored.ok()) << restored.status().to_string();
    EXPECT_EQ(*restored, states[i]) << i;
  }
  const auto alone = fixture.restored({chain.back()}, "alone");
  EXPECT_EQ(code_of(alone), Code::kFailedPrecondition);
  EXPECT_NE(message_of(alone).find(chain.back()), std::string::npos);
  EXPECT_TRUE(fixture.paths_in("alone").empty());
}

TEST(StoreBackup, a_file_that_differs_under_the_same_name_is_copied_again) {
  Fixture fixture;
  ASSERT_TRUE(fixture.db.backup("base").ok());
  ASSERT_TRUE(restore_backup(*fixture.files, Paths{"base"}, "twin", {}).ok());
  Database twin = open_at(fixture.files, "twin").value();  // numbers its files as the first does
  Collection things = twin.collection("things").value();
  ASSERT_TRUE(fill(things, 100, 104).ok());
  ASSERT_TRUE(things.compact().ok());
  ASSERT_TRUE(twin.backup("twin-1", {.base = "base"}).ok());
  ASSERT_TRUE(fill(fixture.things, 200, 204).ok());
  ASSERT_TRUE(fixture.things.compact().ok());
  const std::string then = dump_of(fixture.db);
  ASSERT_TRUE(fixture.db.backup("mixed", {.base = "twin-1"}).ok());
  EXPECT_EQ(fixture.restored({"base", "twin-1", "mixed"}).value(), then);
}

TEST(StoreBackup, what_stands_on_another_database_is_refused) {
  Fixture fixture, other;
  ASSERT_TRUE(fixture.db.backup("mine").ok());
  for (const std::string& path : fixture.paths_in("mine"))
    ASSERT_TRUE(other.files->set_content(path, fixture.files->content(path).value()).ok());
  const auto refused = other.db.backup("next", {.base = "mine"});
  EXPECT_EQ(code_of(refused), Code::kInvalidArgument);
  EXPECT_TRUE(other.paths_in("next").empty());
  ASSERT_TRUE(other.db.backup("theirs").ok());
  EXPECT_EQ(code_of(restore_backup(*other.files, Paths{"mine", "theirs"}, "again", {})),
            Code::kInvalidArgument);
}

// From a store opened to read, with rows and deaths that are in the log alone.
TEST(StoreBackup, a_reader_backs_up_what_it_sees_and_writes_nothing_into_the_folder) {
  Fixture fixture;
  ASSERT_TRUE(fixture.db.flush().ok());
  ASSERT_TRUE(fixture.things.set_keep_versions(2).ok());
  ASSERT_TRUE(fixture.things.remove("7").ok());
  ASSERT_TRUE(fixture.things.upsert({.id = "8", .vector = {8, 8}}).ok());
  ASSERT_TRUE(fixture.things.upsert({.id = "8", .vector = {9, 9}}).ok());
  Collection late = fixture.db.create_collection("late", {.dimension = 2}).value();
  ASSERT_TRUE(fill(late, 0, 2).ok());
  const std::string then = dump_of(fixture.db);
  const auto before = fixture.paths_in("store");
  DatabaseOptions reading = small();
  reading.read_only = true;
  Database reader = open_at(fixture.files, "store", reading).value();
  for (const bool single : {false, true}) {
    const std::string path = single ? "copy.vsb" : "copy";
    const auto report = reader.backup(path, {.single_file = single});
    ASSERT_TRUE(report.ok()) << report.status().to_string();
    EXPECT_EQ(fixture.restored({path}, path + "-again").value(), then);
    EXPECT_TRUE(check_store(*fixture.files, path, true)->damage.empty());
    const Database copy = open_at(fixture.files, path + "-again").value();
    EXPECT_EQ(copy.collection("things")->versions("8")->size(), 3u);
    EXPECT_EQ(copy.collection("things")->versions("7")->size(), 2u);
  }
  EXPECT_EQ(fixture.paths_in("store"), before);
  ASSERT_TRUE(reader.backup("next", {.base = "copy"}).ok());
  EXPECT_EQ(fixture.restored({"copy", "next"}, "next-again").value(), then);
  ASSERT_TRUE(fixture.db.create_snapshot("s").ok());
  Database snapshot = fixture.db.snapshot("s").value();
  EXPECT_EQ(code_of(snapshot.backup("of-a-snapshot")), Code::kFailedPrecondition);
}

TEST(StoreBackup, a_reader_whose_files_a_writer_has_merged_away_backs_up_the_newer_state) {
  Fixture fixture;
  DatabaseOptions reading = small();
  reading.read_only = true;
  Database reader = open_at(fixture.files, "store", reading).value();
  ASSERT_TRUE(fill(fixture.things, 30, 50).ok());
  ASSERT_TRUE(fixture.things.compact().ok());
  ASSERT_TRUE(fixture.others.compact().ok());
  const auto report = reader.backup("copy");
  ASSERT_TRUE(report.ok()) << report.status().to_string();
  EXPECT_EQ(fixture.restored({"copy"}).value(), dump_of(fixture.db));
}

TEST(StoreBackup, one_that_was_written_to_is_no_base) {
  Fixture fixture;
  ASSERT_TRUE(fixture.db.backup("base").ok());
  ASSERT_TRUE(open_at(fixture.files, "base").ok()) << "opening it writes nothing";
  ASSERT_TRUE(fill(fixture.things, 40, 44).ok());
  ASSERT_TRUE(fixture.db.backup("first", {.base = "base"}).ok());
  {
    Database copy = open_at(fixture.files, "base").value();
    Collection things = copy.collection("things").value();
    ASSERT_TRUE(things.remove("1").ok());
  }
  const auto refused = fixture.db.backup("second", {.base = "base"});
  EXPECT_EQ(code_of(refused), Code::kFailedPrecondition);
  EXPECT_NE(message_of(refused).find("'base' was written to"), std::string::npos);
  EXPECT_TRUE(fixture.paths_in("second").empty());
  const CheckReport report = check_store(*fixture.files, "base", true).value();
  EXPECT_TRUE(report.damage.empty());
  ASSERT_EQ(report.notes.size(), 1u);
  EXPECT_NE(report.notes[0].find("no backup"), std::string::npos) << report.notes[0];
  ASSERT_TRUE(fixture.files->remove(fixture.paths_in("first/segments").at(0)).ok());
  EXPECT_EQ(code_of(fixture.db.backup("second", {.base = "first"})), Code::kDataLoss);
}

// Every 61st byte of what an incremental backup itself holds, in either form.
TEST(StoreBackup, a_check_of_an_incremental_one_sees_what_it_holds_and_names_its_base) {
  Fixture fixture;
  ASSERT_TRUE(fixture.db.backup("base").ok());
  ASSERT_TRUE(fill(fixture.things, 40, 60).ok());
  ASSERT_TRUE(fixture.db.backup("next", {.base = "base"}).ok());
  ASSERT_TRUE(fixture.db.backup("next.vsb", {.single_file = true, .base = "base"}).ok());
  std::size_t flips = 0;
  for (const char* path : {"next", "next.vsb"}) {
    const CheckReport whole = check_store(*fixture.files, path, true).value();
    EXPECT_TRUE(whole.damage.empty()) << whole.damage[0].what;
    EXPECT_GT(whole.files, 0u);
    EXPECT_GT(whole.bytes, 4096u);
    ASSERT_EQ(whole.notes.size(), 1u);
    EXPECT_NE(whole.notes[0].find("'base'"), std::string::npos) << whole.notes[0];
  }
  for (const std::string& file : fixture.paths_in("next")) {
    if (file.ends_with("LOCK")) continue;
    const std::string path = file.ends_with(".vsb") ? "next.vsb" : "next";
    const std::size_t size = fixture.files->content(file)->size();
    for (std::size_t at = 0; at < size; at += 61, ++flips) {
      fixture.flip(file, at);
      const auto report = check_store(*fixture.files, path, true);
      const bool seen = !report.ok() || !report->damage.empty();
      EXPECT_TRUE(seen) << file << " at " << at;
      fixture.flip(file, at);
    }
    EXPECT_GT(flips, 50u);
  }
  ASSERT_TRUE(fixture.files->remove(fixture.paths_in("next/segments").at(0)).ok());
  EXPECT_FALSE(check_store(*fixture.files, "next", false)->damage.empty());
}

TEST(StoreBackup, the_list_of_a_backup_that_is_a_database_is_checked_too) {
  Fixture fixture;
  ASSERT_TRUE(fixture.db.backup("copy").ok());
  const std::size_t size = fixture.files->content("copy/BACKUP")->size();
  for (std::size_t at = 50; at < size; at += 61) {
    fixture.flip("copy/BACKUP", at);
    const auto report = check_store(*fixture.files, "copy", true);
    EXPECT_TRUE(!report.ok() || !report->damage.empty()) << at;
    fixture.flip("copy/BACKUP", at);
  }
}

TEST(StoreBackup, nothing_is_written_over_what_is_there) {
  Fixture fixture;
  ASSERT_TRUE(fixture.files->set_content("mine/notes", as_bytes("mine")).ok());
  ASSERT_TRUE(fixture.files->set_content("file", as_bytes("mine")).ok());
  for (const char* path : {"mine", "file", "store"}) {
    EXPECT_EQ(code_of(fixture.db.backup(path)), Code::kAlreadyExists) << path;
    EXPECT_EQ(code_of(fixture.db.backup(path, {.single_file = true})), Code::kAlreadyExists);
  }
  EXPECT_EQ(code_of(fixture.db.backup("")), Code::kInvalidArgument);
  for (const char* path : {"store/segments/99.seg", "store/MANIFEST-999", "store/copy"}) {
    EXPECT_EQ(code_of(fixture.db.backup(path)), Code::kInvalidArgument) << path;
    EXPECT_EQ(code_of(fixture.db.backup(path, {.single_file = true})), Code::kInvalidArgument);
  }
  ASSERT_TRUE(fixture.db.backup("copy").ok());
  EXPECT_EQ(code_of(fixture.db.backup("copy")), Code::kAlreadyExists);
  for (const char* path : {"mine", "file", "store", "copy"})
    EXPECT_EQ(code_of(restore_backup(*fixture.files, Paths{"copy"}, path, {})),
              Code::kAlreadyExists)
        << path;
  EXPECT_EQ(as_text(fixture.files->content("mine/notes").value()), "mine");
  ASSERT_TRUE(fixture.files->make_folder("empty").ok());
  EXPECT_TRUE(fixture.db.backup("empty").ok());
  EXPECT_EQ(code_of(restore_backup(*fixture.files, Paths{"mine"}, "again", {})),
            Code::kFailedPrecondition);
  EXPECT_EQ(code_of(restore_backup(*fixture.files, Paths{"gone"}, "again", {})), Code::kNotFound);
  EXPECT_EQ(code_of(restore_backup(*fixture.files, Paths{}, "again", {})), Code::kInvalidArgument);
}

// Every 97th byte of every file: a changed one is refused with the file's name, or does not matter.
TEST(StoreBackup, a_flipped_bit_in_a_backup_is_refused_by_name) {
  Fixture fixture;
  const std::string then = dump_of(fixture.db);
  ASSERT_TRUE(fixture.db.backup("copy").ok());
  ASSERT_TRUE(fixture.db.backup("copy.vsb", {.single_file = true}).ok());
  std::size_t refused = 0, harmless = 0;
  for (const std::string& path : fixture.paths_in("copy")) {
    const bool listed =
        path.ends_with(".vsb") || path.ends_with("BACKUP") || path.starts_with("copy/segments");
    if (!listed) continue;  // the manifest and the log of the folder are in BACKUP too
    const std::size_t size = fixture.files->content(path)->size();
    for (std::size_t at = 0; at < size; at += 97) {
      fixture.flip(path, at);
      const std::string backup = path.ends_with(".vsb") ? "copy.vsb" : "copy";
      const auto restored = fixture.restored({backup});
      if (restored.ok()) {
        ++harmless;  // padding, and the page for people in front of an archive
        ASSERT_EQ(*restored, then) << path << " at " << at;
        ASSERT_FALSE(path.starts_with("copy/segments")) << path << " at " << at;
        for (const std::string& made : fixture.paths_in("again/"))
          ASSERT_TRUE(fixture.files->remove(made).ok());
        for (const char* folder : {"again/wal", "again/segments", "again"})
          ASSERT_TRUE(fixture.files->remove(folder).ok());
      } else {
        ++refused;
        ASSERT_NE(restored.status().message().find(path), std::string::npos)
            << path << " at " << at << ": " << restored.status().to_string();
        ASSERT_TRUE(fixture.paths_in("again").empty());
      }
      fixture.flip(path, at);
    }
  }
  EXPECT_GT(refused, 20 * harmless / 10);
  EXPECT_EQ(fixture.restored({"copy"}).value(), then);
}

TEST(StoreBackup, a_damaged_source_is_refused_by_its_own_name) {
  Fixture fixture;
  ASSERT_TRUE(fixture.db.flush().ok());
  const std::string victim = fixture.paths_in("store/segments")[0];
  fixture.flip(victim, 5000);
  for (const bool single : {false, true}) {
    const auto refused = fixture.db.backup("copy", {.single_file = single});
    EXPECT_EQ(code_of(refused), Code::kDataLoss);
    EXPECT_NE(message_of(refused).find(victim), std::string::npos) << message_of(refused);
    EXPECT_NE(message_of(refused).find("offset"), std::string::npos) << message_of(refused);
    EXPECT_TRUE(fixture.paths_in("copy").empty());
  }
}

TEST(StoreBackup, files_that_it_needs_stay_until_it_is_done_and_go_then) {
  Fixture fixture;
  const std::string then = dump_of(fixture.db);
  std::size_t during = 0;
  fixture.files->on_create = [&](const std::string& path) -> Status {
    if (!path.starts_with("copy/segments/") || during > 0) return {};
    during = 1;
    VECSTORE_TRY(fixture.db.drop_collection("others"));
    VECSTORE_TRY(fill(fixture.things, 50, 60));
    VECSTORE_TRY(fixture.things.compact().status());
    during = fixture.paths_in("store/segments").size();
    return {};
  };
  ASSERT_TRUE(fixture.db.backup("copy").ok());
  EXPECT_LT(fixture.paths_in("store/segments").size(), during) << "what only the backup needed";
  EXPECT_EQ(fixture.restored({"copy"}).value(), then);
}

TEST(StoreBackup, one_that_is_called_off_leaves_nothing) {
  Fixture fixture;
  for (const bool single : {false, true}) {
    BackupOptions options{.single_file = single};
    fixture.files->on_create = [&](const std::string&) {
      options.cancel.cancel();
      return Status();
    };
    EXPECT_EQ(code_of(fixture.db.backup("copy", options)), Code::kCancelled);
    EXPECT_TRUE(fixture.paths_in("copy").empty());
  }
  fixture.files->on_create = {};
  ASSERT_TRUE(fixture.db.backup("copy").ok());
  CancelToken cancel;
  cancel.cancel();
  EXPECT_EQ(code_of(restore_backup(*fixture.files, Paths{"copy"}, "again", cancel)),
            Code::kCancelled);
  EXPECT_FALSE(fixture.files->exists("again").value());
}

TEST(StoreBackup, of_a_database_in_memory_lies_on_the_disk) {
  const TestFolder folder;
  const std::string path = folder.string() + "/copy";
  Database db = Database::in_memory({.threads = 0}).value();
  Collection things = db.create_collection("things", {.dimension = 2}).value();
  ASSERT_TRUE(fill(things, 0, 5).ok());
  ASSERT_TRUE(db.backup(path).ok());
  ASSERT_TRUE(db.backup(path + ".vsb", {.single_file = true}).ok());
  EXPECT_EQ(dump_of(Database::open(path).value()), dump_of(db));
  EXPECT_EQ(dump_of(Database::open(path + ".vsb").value()), dump_of(db));
  ASSERT_TRUE(Database::restore(Paths{path + ".vsb"}, folder.string() + "/again").ok());
  EXPECT_EQ(dump_of(Database::open(folder.string() + "/again").value()), dump_of(db));
}

// Whoever writes goes on: each record has the number of its write, so that a state is a prefix.
TEST(StoreBackup, while_others_write_it_is_one_state) {
  auto files = std::make_shared<io::MemoryFileSystem>();
  DatabaseOptions options = small();
  options.threads = 2;
  options.seal_rows = 50;
  Database db = open_at(files, "store", options).value();
  Collection left = db.create_collection("left", {.dimension = 2}).value();
  Collection right = db.create_collection("right", {.dimension = 2}).value();
  std::atomic<bool> stop = false;
  std::atomic<int> written = 0;
  std::thread writer([&] {
    for (int i = 0; !stop && i < 20'000; ++i) {
      Collection& to = i % 2 == 0 ? left : right;
      EXPECT_TRUE(to.upsert({.id = std::to_string(i), .vector = {1, 1}}).ok());
      written = i + 1;
    }
  });
  for (int round = 0; round < 6; ++round) {
    while (written < 100 * (round + 1)) std::this_thread::yield();
    const std::string path = "copy" + std::to_string(round);
    BackupOptions how{.single_file = round % 2 == 1};
    if (round > 0) how.base = "copy" + std::to_string(round - 1);
    const auto report = db.backup(path, how);
    ASSERT_TRUE(report.ok()) << report.status().to_string();
  }
  stop = true;
  writer.join();
  Paths chain;
  for (int round = 0; round < 6; ++round) {
    chain.push_back("copy" + std::to_string(round));
    const std::string path = "again" + std::to_string(round);
    const auto restored = restore_backup(*files, chain, path, {});
    ASSERT_TRUE(restored.ok()) << restored.status().to_string();
    const Database copy = open_at(files, path).value();
    std::vector<bool> seen(20'000);
    std::size_t count = 0;
    for (const char* name : {"left", "right"})
      for (const std::string& id : ids_of(copy.collection(name).value())) {
        seen[static_cast<std::size_t>(std::stoi(id))] = true;
        ++count;
      }
    for (std::size_t i = 0; i < count; ++i) ASSERT_TRUE(seen[i]) << i << " of " << count;
    EXPECT_GE(count, 100u * static_cast<unsigned>(round + 1));
  }
}

}  // namespace
}  // namespace vecstore::db
