#include "cli/out_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "base/test_folder.h"
#include "cli/read_file.h"

namespace vecstore {
namespace {

namespace fs = std::filesystem;

Status write_to(const std::string& path, const std::string& text) {
  OutFile file;
  VECSTORE_TRY(file.open(path));
  VECSTORE_TRY(file.write(text));
  return file.finish();
}

TEST(OutFile, appears_when_it_is_finished) {
  const TestFolder folder;
  const std::string path = folder.string() + "/out";
  {
    OutFile file;
    ASSERT_TRUE(file.open(path).ok());
    ASSERT_TRUE(file.write("half").ok());
  }
  EXPECT_TRUE(fs::is_empty(folder.string()));
  ASSERT_TRUE(write_to(path, "whole").ok());
  EXPECT_EQ(read_file(path).value(), "whole");
}

TEST(OutFile, a_link_stays_and_its_target_is_replaced) {
  const TestFolder folder;
  const std::string target = folder.write("target", "old"), link = folder.string() + "/link";
  fs::create_symlink("target", link);
  ASSERT_TRUE(write_to(link, "new").ok());
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(read_file(target).value(), "new");
  fs::remove(target);  // a link to what is not there makes it
  ASSERT_TRUE(write_to(link, "again").ok());
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(read_file(target).value(), "again");
}

TEST(OutFile, what_is_being_written_is_read_by_its_owner_alone) {
  const TestFolder folder;
  const std::string path = folder.string() + "/out";
  OutFile file;
  ASSERT_TRUE(file.open(path).ok());
  struct stat there {};
  ASSERT_EQ(::stat((path + ".part").c_str(), &there), 0);
  EXPECT_EQ(there.st_mode & 0777, 0600u);
  ASSERT_TRUE(file.finish().ok());
  ASSERT_EQ(::stat(path.c_str(), &there), 0);
  const mode_t mask = ::umask(077);
  ::umask(mask);
  EXPECT_EQ(there.st_mode & 0777, 0666u & ~mask);
}

TEST(OutFile, the_mode_of_a_file_that_is_replaced_stays) {
  const TestFolder folder;
  const std::string path = folder.write("file", "old");
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  ASSERT_TRUE(write_to(path, "new").ok());
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST(OutFile, an_open_file_under_its_name_in_dev_is_written_to) {
  const TestFolder folder;
  const std::string path = folder.write("file", "");
  std::FILE* held = std::fopen(path.c_str(), "r+b");
  const std::string name = "/dev/fd/" + std::to_string(::fileno(held));
  struct stat before {
  }, after{};
  ASSERT_EQ(::stat(path.c_str(), &before), 0);
  ASSERT_TRUE(write_to(name, "through").ok());
  ASSERT_EQ(::stat(path.c_str(), &after), 0);
  EXPECT_EQ(before.st_ino, after.st_ino);
  EXPECT_EQ(read_file(path).value(), "through");
  std::fclose(held);
}

}  // namespace
}  // namespace vecstore
