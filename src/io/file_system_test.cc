#include "io/file_system.h"

#include <gtest/gtest.h>

#include <optional>
#include <thread>

#include "base/bytes.h"
#include "base/test_folder.h"
#include "io/fault_file_system.h"
#include "io/memory_file_system.h"
#include "io/posix_file_system.h"

// One contract, held by every file system.
namespace vecstore::io {
namespace {

class FileSystemTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (GetParam() == "posix") {
      folder_.emplace();
      root_ = folder_->string();
      files_ = &posix_file_system();
    } else {
      root_ = "root";
      files_ = GetParam() == "memory" ? static_cast<FileSystem*>(&memory_) : &fault_;
      ASSERT_TRUE(files_->make_folder(root_).ok());
    }
  }

  std::string path(std::string_view name) const { return root_ + "/" + std::string(name); }

  void write(std::string_view name, std::string_view text) {
    auto file = files_->create(path(name), Create::kNew);
    ASSERT_TRUE(file.ok()) << file.status().to_string();
    ASSERT_TRUE((*file)->append(as_bytes(text)).ok());
    ASSERT_TRUE((*file)->close().ok());
  }

  std::string read(std::string_view name) {
    auto file = files_->open(path(name), Access::kRead);
    if (!file.ok()) return file.status().to_string();
    Bytes bytes((*file)->size());
    const Status status = (*file)->read(0, bytes);
    return status.ok() ? std::string(as_text(bytes)) : status.to_string();
  }

  std::optional<TestFolder> folder_;  // of the one that needs a disk
  std::string root_;
  FileSystem* files_ = nullptr;
  MemoryFileSystem memory_;
  FaultFileSystem fault_{memory_};
};

INSTANTIATE_TEST_SUITE_P(Every, FileSystemTest, testing::Values("posix", "memory", "fault"),
                         [](const auto& instance) { return instance.param; });

TEST_P(FileSystemTest, what_was_appended_is_read) {
  write("a", "hello ");
  auto file = files_->create(path("a"), Create::kAppend);
  ASSERT_TRUE(file.ok());
  EXPECT_EQ((*file)->size(), 6u);
  ASSERT_TRUE((*file)->append(as_bytes("world")).ok());
  ASSERT_TRUE((*file)->append({}).ok());
  ASSERT_TRUE((*file)->sync().ok());
  EXPECT_EQ((*file)->size(), 11u);
  EXPECT_EQ(read("a"), "hello world");
  EXPECT_EQ(*files_->file_size(path("a")), 11u);
}

TEST_P(FileSystemTest, reads_any_part_and_refuses_what_lies_beyond) {
  write("a", "0123456789");
  auto file = files_->open(path("a"), Access::kRead).value();
  std::byte part[4];
  ASSERT_TRUE(file->read(6, part).ok());
  EXPECT_EQ(as_text(part), "6789");
  EXPECT_TRUE(file->read(10, {}).ok());
  for (std::uint64_t offset : {7u, 10u, 11u, 1'000u}) {
    EXPECT_EQ(file->read(offset, part).code(), Code::kDataLoss) << offset;
  }
  EXPECT_EQ(file->read(UINT64_MAX, part).code(), Code::kDataLoss);
  EXPECT_NE(file->read(7, part).message().find("4 bytes at offset 7"), std::string::npos);
  EXPECT_NE(file->read(7, part).message().find(path("a")), std::string::npos);
}

TEST_P(FileSystemTest, an_open_file_keeps_the_size_it_had) {
  write("a", "old");
  auto reader = files_->open(path("a"), Access::kMap).value();
  auto writer = files_->create(path("a"), Create::kAppend).value();
  ASSERT_TRUE(writer->append(Bytes(100'000, std::byte{'x'})).ok());
  EXPECT_EQ(reader->size(), 3u);
  EXPECT_EQ(as_text(reader->mapped()), "old");
  std::byte more[4];
  EXPECT_EQ(reader->read(0, more).code(), Code::kDataLoss);
}

TEST_P(FileSystemTest, a_map_shows_the_whole_content) {
  const std::string text(10'000, 'm');
  write("a", text);
  write("empty", "");
  EXPECT_EQ(as_text(files_->open(path("a"), Access::kMap).value()->mapped()), text);
  EXPECT_TRUE(files_->open(path("a"), Access::kRead).value()->mapped().empty());
  EXPECT_TRUE(files_->open(path("empty"), Access::kMap).value()->mapped().empty());
}

TEST_P(FileSystemTest, truncating_cuts_and_later_appends_go_there) {
  write("a", "0123456789");
  auto file = files_->create(path("a"), Create::kAppend).value();
  ASSERT_TRUE(file->truncate(4).ok());
  EXPECT_EQ(file->size(), 4u);
  ASSERT_TRUE(file->append(as_bytes("xy")).ok());
  EXPECT_EQ(read("a"), "0123xy");
  ASSERT_TRUE(file->truncate(8).ok());
  EXPECT_EQ(read("a"), std::string("0123xy\0\0", 8));
}

TEST_P(FileSystemTest, a_closed_file_takes_nothing_more) {
  auto file = files_->create(path("a"), Create::kNew).value();
  ASSERT_TRUE(file->close().ok());
  EXPECT_TRUE(file->close().ok());
  EXPECT_EQ(file->append(as_bytes("x")).code(), Code::kFailedPrecondition);
  EXPECT_EQ(file->sync().code(), Code::kFailedPrecondition);
  EXPECT_EQ(file->truncate(0).code(), Code::kFailedPrecondition);
}

TEST_P(FileSystemTest, a_new_file_must_not_exist) {
  write("a", "kept");
  EXPECT_EQ(files_->create(path("a"), Create::kNew).status().code(), Code::kAlreadyExists);
  EXPECT_EQ(read("a"), "kept");
}

TEST_P(FileSystemTest, what_is_missing_is_not_found_by_name) {
  const Status status = files_->open(path("none"), Access::kRead).status();
  EXPECT_EQ(status.to_string(),
            "not_found: cannot open '" + path("none") + "': no such file or directory");
  EXPECT_EQ(files_->file_size(path("none")).status().code(), Code::kNotFound);
  EXPECT_EQ(files_->list(path("none")).status().code(), Code::kNotFound);
  EXPECT_EQ(files_->remove(path("none")).code(), Code::kNotFound);
  EXPECT_EQ(files_->rename(path("none"), path("a")).code(), Code::kNotFound);
  EXPECT_EQ(files_->sync_folder(path("none")).code(), Code::kNotFound);
  EXPECT_EQ(files_->create(path("none/a"), Create::kNew).status().code(), Code::kNotFound);
  EXPECT_EQ(files_->lock(path("none/LOCK")).status().code(), Code::kNotFound);
  EXPECT_FALSE(*files_->exists(path("none")));
  EXPECT_FALSE(*files_->exists(path("none/deeper")));
  write("a", "");
  EXPECT_EQ(files_->rename(path("a"), path("none/a")).code(), Code::kNotFound);
}

TEST_P(FileSystemTest, folders_are_made_with_their_parents) {
  ASSERT_TRUE(files_->make_folder(path("x/y/z")).ok());
  ASSERT_TRUE(files_->make_folder(path("x/y/z/")).ok());
  write("x/y/z/b", "");
  write("x/y/z/a", "");
  ASSERT_TRUE(files_->make_folder(path("x/y/z/c")).ok());
  EXPECT_EQ(*files_->list(path("x/y/z")), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(*files_->list(path("x")), std::vector<std::string>{"y"});
  EXPECT_TRUE(*files_->exists(path("x/y")));
  EXPECT_TRUE(files_->sync_folder(path("x/y/z")).ok());
}

TEST_P(FileSystemTest, a_folder_is_no_file_and_a_file_no_folder) {
  write("a", "");
  ASSERT_TRUE(files_->make_folder(path("folder")).ok());
  EXPECT_EQ(files_->open(path("folder"), Access::kRead).status().code(), Code::kFailedPrecondition);
  EXPECT_EQ(files_->file_size(path("folder")).status().code(), Code::kFailedPrecondition);
  EXPECT_EQ(files_->create(path("folder"), Create::kAppend).status().code(),
            Code::kFailedPrecondition);
  EXPECT_EQ(files_->rename(path("folder"), path("b")).code(), Code::kFailedPrecondition);
  EXPECT_EQ(files_->rename(path("a"), path("folder")).code(), Code::kFailedPrecondition);
  EXPECT_EQ(files_->list(path("a")).status().code(), Code::kFailedPrecondition);
  EXPECT_EQ(files_->make_folder(path("a")).code(), Code::kFailedPrecondition);
  EXPECT_EQ(files_->make_folder(path("a/b")).code(), Code::kFailedPrecondition);
}

TEST_P(FileSystemTest, renaming_replaces_and_open_files_live_on) {
  write("old", "old");
  write("new", "new");
  auto reader = files_->open(path("old"), Access::kRead).value();
  ASSERT_TRUE(files_->rename(path("new"), path("old")).ok());
  EXPECT_EQ(read("old"), "new");
  EXPECT_FALSE(*files_->exists(path("new")));
  std::byte bytes[3];
  ASSERT_TRUE(reader->read(0, bytes).ok());
  EXPECT_EQ(as_text(bytes), "old");
}

TEST_P(FileSystemTest, a_removed_file_lives_on_for_its_readers) {
  write("a", "text");
  auto reader = files_->open(path("a"), Access::kMap).value();
  ASSERT_TRUE(files_->remove(path("a")).ok());
  EXPECT_FALSE(*files_->exists(path("a")));
  EXPECT_EQ(as_text(reader->mapped()), "text");
}

TEST_P(FileSystemTest, only_an_empty_folder_is_removed) {
  ASSERT_TRUE(files_->make_folder(path("x/y")).ok());
  EXPECT_EQ(files_->remove(path("x")).code(), Code::kFailedPrecondition);
  EXPECT_TRUE(files_->remove(path("x/y")).ok());
  write("x/a", "");
  EXPECT_EQ(files_->remove(path("x")).code(), Code::kFailedPrecondition);
  EXPECT_TRUE(files_->remove(path("x/a")).ok());
  EXPECT_TRUE(files_->remove(path("x")).ok());
  EXPECT_FALSE(*files_->exists(path("x")));
}

TEST_P(FileSystemTest, a_lock_excludes_until_it_is_let_go) {
  {
    auto lock = files_->lock(path("LOCK"));
    ASSERT_TRUE(lock.ok()) << lock.status().to_string();
    const Status second = files_->lock(path("LOCK")).status();
    EXPECT_EQ(second.code(), Code::kUnavailable);
    EXPECT_NE(second.message().find("already open by"), std::string::npos) << second.message();
    EXPECT_TRUE(files_->lock(path("OTHER")).ok());
  }
  EXPECT_TRUE(files_->lock(path("LOCK")).ok());
  EXPECT_TRUE(*files_->exists(path("LOCK")));
}

TEST_P(FileSystemTest, a_path_with_a_nul_byte_is_refused) {
  const std::string bad = path(std::string_view("a\0b", 3));
  EXPECT_EQ(files_->open(bad, Access::kRead).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(files_->create(bad, Create::kNew).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(files_->file_size(bad).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(files_->exists(bad).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(files_->list(bad).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(files_->make_folder(bad).code(), Code::kInvalidArgument);
  EXPECT_EQ(files_->remove(bad).code(), Code::kInvalidArgument);
  EXPECT_EQ(files_->sync_folder(bad).code(), Code::kInvalidArgument);
  EXPECT_EQ(files_->lock(bad).status().code(), Code::kInvalidArgument);
  write("a", "");
  EXPECT_EQ(files_->rename(bad, path("x")).code(), Code::kInvalidArgument);
  EXPECT_EQ(files_->rename(path("a"), bad).code(), Code::kInvalidArgument);
}

// Readers never see bytes change while the file grows, is cut and grows again.
TEST_P(FileSystemTest, many_threads_read_while_one_writes) {
  write("a", std::string(1'000, 'a'));
  std::vector<std::thread> readers;
  for (int t = 0; t < 3; ++t) {
    readers.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        auto file = files_->open(path("a"), Access::kRead).value();
        Bytes bytes(1'000);
        ASSERT_TRUE(file->read(0, bytes).ok());
        ASSERT_EQ(as_text(bytes), std::string(1'000, 'a'));
      }
    });
  }
  auto writer = files_->create(path("a"), Create::kAppend).value();
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(writer->append(Bytes(777, static_cast<std::byte>(i))).ok());
    if (i % 10 == 9) {
      ASSERT_TRUE(writer->truncate(1'000).ok());
    }
  }
  for (std::thread& reader : readers) reader.join();
}

}  // namespace
}  // namespace vecstore::io
