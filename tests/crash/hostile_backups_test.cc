// Backups whose checksums are right and whose content is not what any writer wrote, and backups in
// whose folder files were exchanged: they are refused by name, or restored to a whole database
// (promises G3 and G8).
#include <gtest/gtest.h>

#include "base/random.h"
#include "base/test_share.h"
#include "base/test_value_changes.h"
#include "base/value_codec.h"
#include "crash/block_parts.h"
#include "crash/rich_store.h"
#include "crash/workload.h"
#include "db/backup/restore_backup.h"
#include "db/check.h"
#include "db/salvage/salvage.h"
#include "storage/archive.h"

namespace vecstore::crash {
namespace {

constexpr const char* kFolder = "copies/folder";
constexpr const char* kFile = "copies/file";
constexpr const char* kLater = "copies/later";  // stands on kFolder

std::shared_ptr<io::MemoryFileSystem> with_backups() {
  const auto disk = rich_store();
  Database database = open_on(disk, options_of_rich_store()).value();
  EXPECT_TRUE(database.backup(kFolder).ok());
  EXPECT_TRUE(database.backup(kFile, {.single_file = true}).ok());
  EXPECT_TRUE(database.collection("things")->upsert(rich_record(500)).ok());
  EXPECT_TRUE(database.backup(kLater, {.base = kFolder}).ok());
  EXPECT_TRUE(database.close().ok());
  return disk;
}

const io::MemoryFileSystem& sample() {
  static const std::shared_ptr<io::MemoryFileSystem> kSample = with_backups();
  return *kSample;
}

void expect_named(const Status& status) {
  EXPECT_TRUE(status.ok() || !status.message().empty());
  EXPECT_NE(status.code(), Code::kInternal) << status.to_string();
}

// What it makes is whole; what it refuses leaves nothing.
Status restore(io::MemoryFileSystem& disk, const std::vector<std::string>& backups) {
  const Status status = db::restore_backup(disk, backups, "restored", {}).status();
  expect_named(status);
  EXPECT_EQ(disk.exists("restored").value(), status.ok()) << status.to_string();
  if (!status.ok()) return status;
  const CheckReport report = db::check_store(disk, "restored", true).value();
  for (const Damage& one : report.damage) ADD_FAILURE() << one.file << ": " << one.what;
  return status;
}

void try_everything(const std::shared_ptr<io::MemoryFileSystem>& disk, const std::string& backup) {
  for (const bool deep : {false, true}) expect_named(db::check_store(*disk, backup, deep).status());
  DatabaseOptions options = options_of_rich_store();
  options.read_only = true;
  expect_named(open_on(disk, options, backup).status());
  expect_named(db::salvage_store(*disk, backup, "saved", {}).status());
  std::vector<std::string> backups = {backup};
  if (backup == kLater) backups.insert(backups.begin(), kFolder);
  static_cast<void>(restore(*disk, backups));
}

std::string list_of(const std::string& backup) {
  return backup == kFile ? backup : backup + "/" + storage::kBackupFile;
}

TEST(HostileBackups, whose_list_lacks_or_changes_any_member_are_refused_or_restored) {
  for (const char* backup : {kFolder, kFile, kLater}) {
    const auto disk = copy_of_disk(sample());
    const Parts sound(*disk, list_of(backup));
    Parts parts = sound;
    std::size_t changes = 0;
    const Object list = decode_object(Parts(sound)["contents"]).value();
    for_each_change(Value(list), [&](const Value& changed) {
      if (!changed.as_object() || HasFailure() || ++changes % (11 * kShare) != 0) return;
      SCOPED_TRACE(std::string(backup) + ": " + changed.to_json());
      Bytes& contents = parts["contents"];
      contents.clear();
      encode_object(*changed.as_object(), contents);
      const auto trial = copy_of_disk(*disk);
      parts.write(*trial);
      try_everything(trial, backup);
    });
    EXPECT_GT(changes, 100u);
  }
}

TEST(HostileBackups, with_words_of_a_block_replaced_are_refused_or_restored) {
  constexpr const char* kAll[] = {kFolder, kFile, kLater};
  for (std::uint64_t seed = 1; seed <= 90 / kShare && !HasFailure(); ++seed) {
    Random random(seed);
    const char* backup = kAll[seed % 3];
    const auto disk = copy_of_disk(sample());
    Parts parts(*disk, list_of(backup));
    Part& part = parts.parts[random.below(parts.parts.size())];
    SCOPED_TRACE("seed " + std::to_string(seed) + ", " + backup + " " + part.name);
    spoil(part.bytes, random);
    parts.write(*disk);
    try_everything(disk, backup);
  }
}

// Every file of a folder in turn is gone, another's, shorter, or spoilt within.
TEST(HostileBackups, whose_files_were_exchanged_are_refused_by_name) {
  const auto whole = copy_of_disk(sample());
  std::vector<std::string> paths;
  for (const std::string& path : whole->files())
    if (path.starts_with(std::string(kFolder) + "/segments/")) paths.push_back(path);
  ASSERT_GT(paths.size(), 3u);
  for (std::size_t i = 0; i < paths.size() && !HasFailure(); ++i)
    for (const char* what : {"gone", "another's", "shorter", "spoilt"}) {
      SCOPED_TRACE(paths[i] + " " + what);
      const auto disk = copy_of_disk(*whole);
      Bytes bytes = disk->content(paths[i]).value();
      if (what[0] == 'a') bytes = disk->content(paths[(i + 1) % paths.size()]).value();
      if (what[1] == 'h') bytes.resize(bytes.size() / 2);
      if (what[1] == 'p') bytes[bytes.size() / 3] ^= std::byte{1};
      ASSERT_TRUE(what[0] == 'g' ? disk->remove(paths[i]).ok()
                                 : disk->set_content(paths[i], bytes).ok());
      const CheckReport report = db::check_store(*disk, kFolder, true).value();
      EXPECT_FALSE(report.damage.empty());
      const Status status = restore(*disk, {kFolder});
      EXPECT_FALSE(status.ok());
      EXPECT_NE(status.message().find(what[0] == 'g' ? kFolder : paths[i]), std::string::npos)
          << status.to_string();
      static_cast<void>(restore(*disk, {kFolder, kLater}));
    }
}

// Of one file its list says another place, size or hash.
TEST(HostileBackups, whose_list_is_wrong_about_a_file_are_refused_by_name) {
  for (const char* backup : {kFolder, kFile, kLater}) {
    const auto disk = copy_of_disk(sample());
    const Parts sound(*disk, list_of(backup));
    const Object list = decode_object(Parts(sound)["contents"]).value();
    const List& files = *list.find("files")->as_list();
    for (std::size_t i = 0; i < files.size() && !HasFailure(); ++i)
      for (const auto& [key, by] :
           {std::pair("place", 1), {"place", 2}, {"bytes", 1}, {"hash", 1}}) {
        SCOPED_TRACE(std::string(backup) + ": " + files[i].to_json() + " " + key);
        Object file = *files[i].as_object();
        const std::int64_t was = *file.find(key)->as_int();
        file[key] = std::string(key) == "place" ? (was + by) % 3 : was + by;
        List changed = files;
        changed[i] = file;
        Object object = list;
        object["files"] = changed;
        Parts parts = sound;
        parts["contents"].clear();
        encode_object(object, parts["contents"]);
        const auto trial = copy_of_disk(*disk);
        parts.write(*trial);
        try_everything(trial, backup);
      }
  }
}

TEST(HostileBackups, whose_manifest_is_of_other_files_are_refused) {
  const auto disk = copy_of_disk(sample());
  Parts parts(*disk, list_of(kFile));
  const auto other = rich_store();
  Database database = open_on(other, options_of_rich_store()).value();
  ASSERT_TRUE(database.drop_collection("things").ok());
  ASSERT_TRUE(database.backup(kFile, {.single_file = true}).ok());
  parts["MANIFEST-1"] = Parts(*other, kFile)["MANIFEST-1"];
  Object list = decode_object(parts["contents"]).value();
  List files = *list.find("files")->as_list();
  for (Value& file : files) {
    Object entry = *file.as_object();
    if (*entry.find("name")->as_string() != "MANIFEST-1") continue;
    entry["bytes"] = static_cast<std::int64_t>(parts["MANIFEST-1"].size());
    file = entry;
  }
  list["files"] = files;
  parts["contents"].clear();
  encode_object(list, parts["contents"]);
  parts.write(*disk);
  const Status status = restore(*disk, {kFile});
  EXPECT_EQ(status.code(), Code::kDataLoss) << status.to_string();
  EXPECT_NE(status.message().find("names other files than its list"), std::string::npos);
  try_everything(disk, kFile);
}

TEST(HostileBackups, that_are_marked_as_unfinished_are_no_backups) {
  const auto disk = copy_of_disk(sample());
  for (const std::string& path : disk->files()) {
    if (path.starts_with(std::string(kFolder) + "/MANIFEST")) {
      ASSERT_TRUE(disk->remove(path).ok());
    }
  }
  ASSERT_TRUE(disk->set_content(std::string(kFolder) + "/UNFINISHED", {}).ok());
  const Status check = db::check_store(*disk, kFolder, true).status();
  EXPECT_EQ(check.code(), Code::kFailedPrecondition) << check.to_string();
  EXPECT_EQ(restore(*disk, {kFolder}).code(), Code::kFailedPrecondition);
  ASSERT_TRUE(disk->set_content(std::string(kFolder) + "/notes.txt", as_bytes("mine")).ok());
  const std::vector<std::string> from = {kFile};
  EXPECT_EQ(db::restore_backup(*disk, from, kFolder, {}).status().code(), Code::kAlreadyExists);
  EXPECT_TRUE(disk->exists(std::string(kFolder) + "/notes.txt").value());
}

TEST(HostileBackups, that_were_written_to_afterwards_are_databases_by_now) {
  const std::string folder = kFolder;
  for (const char* made : {"/MANIFEST-9", "/wal/7.log"}) {
    const auto disk = copy_of_disk(sample());
    ASSERT_TRUE(disk->set_content(folder + made, as_bytes("x")).ok());
    Database database = open_on(disk, options_of_rich_store()).value();
    const Status status = database.backup("copies/more", {.base = folder}).status();
    EXPECT_EQ(status.code(), Code::kFailedPrecondition) << made << ": " << status.to_string();
    EXPECT_FALSE(db::check_store(*disk, folder, false).ok() &&
                 db::check_store(*disk, folder, false)->notes.empty() &&
                 db::check_store(*disk, folder, false)->damage.empty());
  }
  const auto disk = copy_of_disk(sample());
  EXPECT_EQ(restore(*disk, {""}).code(), Code::kInvalidArgument);
  EXPECT_EQ(restore(*disk, {}).code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace vecstore::crash
