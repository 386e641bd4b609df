#include "service/durable_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/test_folder.h"

namespace vecstore {
namespace {

TEST(DurableFile, replaces_whole_files_that_only_their_owner_reads) {
  const TestFolder folder;
  const std::string path = folder / "keys";
  EXPECT_EQ(read_whole(path, 100).status().code(), Code::kNotFound);
  EXPECT_EQ(file_mark(path), 0u);
  ASSERT_TRUE(replace_file(path, "one").ok());
  const std::uint64_t mark = file_mark(path);
  EXPECT_NE(mark, 0u);
  ASSERT_TRUE(replace_file(path, "two two").ok());
  EXPECT_NE(file_mark(path), mark);
  EXPECT_EQ(read_whole(path, 7).value(), "two two");
  EXPECT_EQ(read_whole(path, 6).status().code(), Code::kResourceExhausted);
  struct stat there {};
  ASSERT_EQ(::stat(path.c_str(), &there), 0);
  EXPECT_EQ(there.st_mode & 0777, 0600u);
  EXPECT_NE(::stat((path + ".part").c_str(), &there), 0);
}

TEST(DurableFile, what_cannot_be_written_leaves_the_old) {
  const TestFolder folder;
  EXPECT_EQ(replace_file(folder / "no/keys", "x").code(), Code::kNotFound);
  const std::string path = folder.write("keys", "old");
  std::filesystem::create_directory(path + ".part");
  EXPECT_FALSE(replace_file(path, "new").ok());
  EXPECT_EQ(read_whole(path, 100).value(), "old");
}

TEST(DurableFile, one_at_a_time_appends) {
  const TestFolder folder;
  const std::string path = folder / "log";
  {
    AppendFile file = AppendFile::open(path).value();
    ASSERT_TRUE(file.append("abc\n").ok());
    EXPECT_EQ(AppendFile::open(path).status().code(), Code::kUnavailable);
  }
  AppendFile file = AppendFile::open(path).value();
  EXPECT_EQ(file.bytes(), 4u);
  ASSERT_TRUE(file.truncate(2).ok());
  ASSERT_TRUE(file.append("d").ok());
  EXPECT_EQ(read_whole(path, 100).value(), "abd");
}

}  // namespace
}  // namespace vecstore
