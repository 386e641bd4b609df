#include "io/fault_file_system.h"

#include <gtest/gtest.h>

#include "io/memory_file_system.h"

namespace vecstore::io {
namespace {

// Writes a file the careful way. Every step may fail.
Status publish(FileSystem& files, std::string_view text) {
  VECSTORE_TRY(files.make_folder("db"));
  VECSTORE_ASSIGN(auto file, files.create("db/tmp", Create::kAppend));
  VECSTORE_TRY(file->truncate(0));
  VECSTORE_TRY(file->append(as_bytes(text)));
  VECSTORE_TRY(file->sync());
  VECSTORE_TRY(file->close());
  VECSTORE_TRY(files.rename("db/tmp", "db/current"));
  return files.sync_folder("db");
}

std::vector<std::string> lines(const std::vector<Operation>& record) {
  std::vector<std::string> out;
  for (const Operation& operation : record) out.push_back(operation.to_string());
  return out;
}

TEST(FaultFileSystem, records_what_happened) {
  MemoryFileSystem disk;
  FaultFileSystem files(disk);
  ASSERT_TRUE(publish(files, "text").ok());
  auto reader = files.open("db/current", Access::kRead).value();
  Bytes two(2);
  ASSERT_TRUE(reader->read(1, two).ok());
  EXPECT_FALSE(files.remove("none").ok());
  EXPECT_EQ(lines(files.record()),
            (std::vector<std::string>{
                "make_folder db: ok",
                "create db/tmp: ok",
                "truncate db/tmp to 0: ok",
                "append db/tmp 0+4: ok",
                "sync db/tmp: ok",
                "close db/tmp: ok",
                "rename db/tmp to db/current: ok",
                "sync_folder db: ok",
                "open db/current: ok",
                "read db/current 1+2: ok",
                "remove none: not_found: cannot remove 'none': no such file or directory",
            }));
  EXPECT_EQ(as_text(files.record()[3].data), "text");
  EXPECT_EQ(files.record()[1].file, files.record()[3].file);
}

TEST(FaultFileSystem, without_a_fault_nothing_fails) {
  MemoryFileSystem disk;
  FaultFileSystem files(disk);
  ASSERT_TRUE(publish(files, "text").ok());
  EXPECT_EQ(files.faults_hit(), 0u);
  EXPECT_EQ(as_text(*disk.content("db/current")), "text");
}

TEST(FaultFileSystem, every_operation_fails_in_its_turn_once) {
  std::size_t n = 0;
  for (;; ++n) {
    MemoryFileSystem disk;
    FaultFileSystem files(disk);
    files.fail({.kind = FaultKind::kInputOutput, .at = n});
    const Status status = publish(files, "text");
    if (files.faults_hit() == 0) break;
    EXPECT_EQ(status.code(), Code::kUnknown);
    EXPECT_NE(status.message().find("input/output error"), std::string::npos);
    EXPECT_EQ(files.record().size(), n + 1);
    EXPECT_EQ(files.record().back().result.to_string(), status.to_string());
    EXPECT_TRUE(publish(files, "text").ok()) << n;
    EXPECT_EQ(files.faults_hit(), 1u);
  }
  EXPECT_EQ(n, 8u);
}

TEST(FaultFileSystem, a_sticky_fault_lasts_until_its_cause_goes) {
  MemoryFileSystem disk;
  FaultFileSystem files(disk);
  ASSERT_TRUE(publish(files, "old").ok());
  files.fail({.kind = FaultKind::kDiskFull, .at = 1, .sticky = true});
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(publish(files, "new").code(), Code::kResourceExhausted);
  }
  EXPECT_TRUE(files.open("db/current", Access::kRead).ok());
  EXPECT_EQ(as_text(*disk.content("db/current")), "old");
  EXPECT_EQ(files.faults_hit(), 3u);
  files.clear_fault();
  EXPECT_TRUE(publish(files, "new").ok());
  EXPECT_EQ(as_text(*disk.content("db/current")), "new");
}

TEST(FaultFileSystem, a_short_write_leaves_a_prefix) {
  MemoryFileSystem disk;
  FaultFileSystem files(disk);
  files.fail({.kind = FaultKind::kShortWrite, .at = 1});
  auto file = files.create("a", Create::kNew).value();
  ASSERT_TRUE(file->append(as_bytes("whole")).ok());
  EXPECT_EQ(file->append(as_bytes("12345678")).code(), Code::kResourceExhausted);
  EXPECT_EQ(as_text(*disk.content("a")), "whole1234");
  EXPECT_EQ(file->size(), 9u);
  EXPECT_EQ(as_text(files.record().back().data), "1234");
  EXPECT_EQ(files.record().back().size, 8u);
  ASSERT_TRUE(file->truncate(5).ok());
  ASSERT_TRUE(file->append(as_bytes("!")).ok());
  EXPECT_EQ(as_text(*disk.content("a")), "whole!");
}

TEST(FaultFileSystem, a_disk_that_fails_by_itself_is_recorded_as_it_did) {
  MemoryFileSystem disk;
  FaultFileSystem failing(disk);
  FaultFileSystem files(static_cast<FileSystem&>(failing));
  auto file = files.create("a", Create::kNew).value();
  failing.fail({.kind = FaultKind::kShortWrite, .at = 0});
  EXPECT_EQ(file->append(as_bytes("12345678")).code(), Code::kResourceExhausted);
  EXPECT_EQ(files.faults_hit(), 0u);
  EXPECT_EQ(as_text(files.record().back().data), "1234");
  files.fail({.kind = FaultKind::kShortWrite, .at = 0});
  failing.fail({.kind = FaultKind::kInputOutput, .at = 0});
  EXPECT_EQ(file->append(as_bytes("12345678")).code(), Code::kUnknown);
  EXPECT_TRUE(files.record().back().data.empty());
  EXPECT_EQ(as_text(*disk.content("a")), "1234");
}

TEST(FaultFileSystem, failed_syncs_are_of_files_and_of_folders) {
  MemoryFileSystem disk;
  FaultFileSystem files(disk);
  files.fail({.kind = FaultKind::kFailedSync, .at = 0, .sticky = true});
  auto file = files.create("a", Create::kNew).value();
  ASSERT_TRUE(file->append(as_bytes("x")).ok());
  EXPECT_EQ(file->sync().message(), "cannot sync 'a': input/output error");
  EXPECT_EQ(files.sync_folder("").code(), Code::kUnknown);
  EXPECT_TRUE(files.rename("a", "b").ok());
}

TEST(FaultFileSystem, a_read_only_disk_still_reads) {
  MemoryFileSystem disk;
  FaultFileSystem files(disk);
  ASSERT_TRUE(publish(files, "text").ok());
  auto file = files.create("db/log", Create::kNew).value();
  files.fail({.kind = FaultKind::kReadOnly, .at = 0, .sticky = true});
  EXPECT_EQ(file->append(as_bytes("x")).code(), Code::kPermissionDenied);
  EXPECT_EQ(file->truncate(0).code(), Code::kPermissionDenied);
  EXPECT_EQ(files.create("b", Create::kNew).status().code(), Code::kPermissionDenied);
  EXPECT_EQ(files.make_folder("c").code(), Code::kPermissionDenied);
  EXPECT_EQ(files.rename("db/current", "d").code(), Code::kPermissionDenied);
  EXPECT_EQ(files.remove("db/current").code(), Code::kPermissionDenied);
  EXPECT_EQ(files.lock("LOCK").status().code(), Code::kPermissionDenied);
  EXPECT_TRUE(files.open("db/current", Access::kMap).ok());
  EXPECT_EQ(files.list("db")->size(), 2u);
  EXPECT_TRUE(*files.exists("db/current"));
  EXPECT_EQ(*files.file_size("db/current"), 4u);
}

TEST(FaultFileSystem, too_many_files_refuses_what_needs_a_descriptor) {
  MemoryFileSystem disk;
  FaultFileSystem files(disk);
  ASSERT_TRUE(publish(files, "text").ok());
  auto file = files.create("db/log", Create::kNew).value();
  files.fail({.kind = FaultKind::kTooManyFiles, .at = 0, .sticky = true});
  EXPECT_EQ(files.open("db/current", Access::kRead).status().message(),
            "cannot open 'db/current': too many open files");
  EXPECT_EQ(files.list("db").status().code(), Code::kResourceExhausted);
  EXPECT_EQ(files.lock("LOCK").status().code(), Code::kResourceExhausted);
  EXPECT_EQ(files.sync_folder("db").code(), Code::kResourceExhausted);
  EXPECT_TRUE(file->append(as_bytes("x")).ok());
  EXPECT_TRUE(file->sync().ok());
}

TEST(FaultFileSystem, memory_is_refused_to_whoever_reads_or_opens_and_nothing_is_lost) {
  MemoryFileSystem disk;
  FaultFileSystem files(disk);
  ASSERT_TRUE(publish(files, "text").ok());
  const auto reader = files.open("db/current", Access::kRead).value();
  Bytes two(2);
  files.fail({.kind = FaultKind::kNoMemory, .sticky = true});
  for (const Status& status :
       {reader->read(0, two), files.open("db/current", Access::kRead).status(),
        files.create("new", Create::kNew).status(), files.file_size("db/current").status(),
        files.exists("db").status(), files.list("db").status(), files.lock("LOCK").status()})
    EXPECT_EQ(status.code(), Code::kResourceExhausted) << status.to_string();
  EXPECT_EQ(files.faults_hit(), 7u);
  EXPECT_TRUE(files.sync_folder("db").ok());
  files.clear_fault();
  EXPECT_EQ(disk.files(), std::vector<std::string>{"db/current"});
}

TEST(FaultFileSystem, files_ask_for_as_much_at_once_as_they_are_told) {
  MemoryFileSystem disk;
  FaultFileSystem files(disk);
  const std::size_t usual = disk.create("a", Create::kNew).value()->append_bytes();
  EXPECT_EQ(files.create("b", Create::kNew).value()->append_bytes(), usual);
  files.gather(7);
  EXPECT_EQ(files.create("c", Create::kNew).value()->append_bytes(), 7u);
}

}  // namespace
}  // namespace vecstore::io
