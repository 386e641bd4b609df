// Backups and restores on a disk that fails at any operation, with what an attempt before has left:
// the destination is a whole backup or none, and the next attempt succeeds.
#include "db/backup/backup_writer.h"

#include <gtest/gtest.h>

#include "base/test_share.h"
#include "db/backup/restore_backup.h"
#include "db/check.h"
#include "db/test_full_store.h"
#include "io/fault_file_system.h"

namespace vecstore::db {
namespace {

Result<Database> open_reading(const std::shared_ptr<io::FileSystem>& files) {
  DatabaseOptions options = small();
  options.read_only = true;
  return try_open(files, options);
}

// What a backup that was cut short leaves of either form.
void leave_remains(OddFiles& files) {
  for (const char* path : {"made/file.unfinished", "made/folder/UNFINISHED", "made/folder/BACKUP",
                           "made/folder/segments/1.seg", "made/folder/wal/1.log"})
    ASSERT_TRUE(files.set_content(path, as_bytes("cut short")).ok());
}

// Whether it succeeded although an operation failed, or none did.
void expect_whole_or_none(const std::shared_ptr<OddFiles>& disk, const std::string& path) {
  const auto archive = open_backup(*disk, path);
  if (!archive.ok()) return;
  const CheckReport report = check_store(*disk, path, true).value();
  EXPECT_TRUE(report.damage.empty()) << report.damage[0].what;
}

void back_up_failing(bool single, const io::Fault& of, std::size_t gathered) {
  const auto disk = full_store();
  leave_remains(*disk);
  const std::string path = single ? "made/file" : "made/folder";
  std::size_t n = 0;
  for (;; n += kShare) {
    SCOPED_TRACE(path + ", operation " + std::to_string(n));
    const auto trial = copy_of(*disk);
    const auto files = std::make_shared<io::FaultFileSystem>(*trial);
    files->gather(gathered);
    Database database = open_on(files);
    io::Fault fault = of;
    fault.at = n;
    files->fail(fault);
    const auto first = database.backup(path, {.single_file = single});
    const bool hit = files->faults_hit() > 0;
    files->clear_fault();
    ASSERT_TRUE(hit || first.ok()) << first.status().to_string();
    expect_whole_or_none(trial, path);
    const auto again = database.backup(path, {.single_file = single});
    ASSERT_TRUE(again.ok() || again.status().code() == Code::kAlreadyExists)
        << again.status().to_string();
    ASSERT_TRUE(open_backup(*trial, path).ok());
    if (!hit) break;
  }
  EXPECT_GT(n, 20u);
}

TEST(BackupWriter, failing_at_any_operation_leaves_a_whole_backup_or_none) {
  for (const bool single : {false, true})
    back_up_failing(single, {.kind = io::FaultKind::kInputOutput}, 0);
}
TEST(BackupWriter, failing_at_any_piece_of_any_file_leaves_a_whole_backup_or_none) {
  for (const bool single : {false, true})
    back_up_failing(single, {.kind = io::FaultKind::kDiskFull}, 1);
}

// The marker of what is not finished cannot go: it says so to the next.
TEST(BackupWriter, a_marker_that_cannot_be_removed_keeps_what_failed_from_counting) {
  const auto files = full_store();
  Database database = open_on(files);
  files->on_create = [](const std::string& path) {
    return path.starts_with("made/") ? resource_exhausted("no space left") : Status();
  };
  files->on_remove = [](const std::string& path) {
    return path.ends_with("UNFINISHED") ? Status(Code::kUnknown, "stuck") : Status();
  };
  EXPECT_EQ(database.backup("made").status().code(), Code::kResourceExhausted);
  EXPECT_TRUE(*files->exists("made/UNFINISHED"));
  EXPECT_FALSE(open_backup(*files, "made").ok());
  files->on_create = files->on_remove = {};
  EXPECT_TRUE(database.backup("made").ok());
  EXPECT_TRUE(open_backup(*files, "made").ok());
}

// A reader, whose files its writer has merged away, looks for the newer state.
TEST(BackupWriter, of_a_reader_failing_at_any_operation_leaves_a_whole_backup_or_none) {
  const auto disk = full_store();
  for (std::size_t n = 0;; n += kShare) {
    SCOPED_TRACE("operation " + std::to_string(n));
    const auto trial = copy_of(*disk);
    const auto files = std::make_shared<io::FaultFileSystem>(*trial);
    Database reader = open_reading(files).value();
    {
      Database writer = open_on(trial);
      ASSERT_TRUE(writer.drop_snapshot("then").ok());
      ASSERT_TRUE(writer.compact().ok());
    }
    files->fail({.kind = io::FaultKind::kInputOutput, .at = n});
    const auto first = reader.backup("made");
    const bool hit = files->faults_hit() > 0;
    files->clear_fault();
    ASSERT_TRUE(hit || first.ok()) << first.status().to_string();
    expect_whole_or_none(trial, "made");
    if (!hit) break;
    const auto again = reader.backup("made");
    ASSERT_TRUE(again.ok() || again.status().code() == Code::kAlreadyExists);
  }
}

TEST(BackupWriter, a_restore_failing_at_any_operation_leaves_a_whole_database_or_none) {
  const auto disk = full_store();
  const std::vector<std::vector<std::string>> kSources = {
      {"copies/folder"}, {"copies/file"}, {"copies/folder", "copies/next"}, {"gone"}};
  for (const std::vector<std::string>& sources : kSources)
    for (std::size_t n = 0;; n += kShare) {
      SCOPED_TRACE(sources.back() + ", operation " + std::to_string(n));
      const auto trial = copy_of(*disk);
      io::FaultFileSystem files(*trial);
      files.fail({.kind = io::FaultKind::kInputOutput, .at = n});
      const Status first = restore_backup(files, sources, "made", {}).status();
      const bool hit = files.faults_hit() > 0;
      const bool there = sources.back() != "gone";
      if (!hit) {
        EXPECT_EQ(first.ok(), there) << first.to_string();
        break;
      }
      const auto found = check_store(*trial, "made", true);
      ASSERT_TRUE(!found.ok() || found->damage.empty()) << found->damage[0].what;
      const Status again = restore_backup(*trial, sources, "made", {}).status();
      const Code code = there ? Code::kAlreadyExists : Code::kNotFound;
      ASSERT_TRUE((there && again.ok()) || again.code() == code) << again.to_string();
    }
}

}  // namespace
}  // namespace vecstore::db
