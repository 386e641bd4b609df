#include "cli/read_file.h"

#include <gtest/gtest.h>

#include "base/test_folder.h"

namespace vecstore {
namespace {

TEST(ReadFile, gives_every_byte) {
  const std::string bytes("a\0b\r\n", 5);
  const TestFolder folder;
  EXPECT_EQ(read_file(folder.write("file", bytes)).value(), bytes);
}

TEST(ReadFile, what_is_longer_than_the_limit_is_refused) {
  const TestFolder folder;
  EXPECT_EQ(read_at_most(folder.write("file", "abc"), 3).value(), "abc");
  const std::string long_file = folder.write("file", "abcd");
  const Status status = read_at_most(long_file, 3).status();
  EXPECT_EQ(status.code(), Code::kResourceExhausted);
  EXPECT_EQ(status.message(), long_file + " has more than 3 bytes");
}

TEST(ReadFile, says_what_is_wrong_with_the_path) {
  const Status missing = read_file("/nowhere/file").status();
  EXPECT_EQ(missing.code(), Code::kNotFound);
  EXPECT_EQ(missing.message(), "cannot read /nowhere/file: No such file or directory");
  EXPECT_EQ(read_file(TestFolder().string()).status().code(), Code::kUnknown);
}

}  // namespace
}  // namespace vecstore
