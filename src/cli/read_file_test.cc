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

TEST(ReadFile, says_what_is_wrong_with_the_path) {
  const Status missing = read_file("/nowhere/file").status();
  EXPECT_EQ(missing.code(), Code::kNotFound);
  EXPECT_EQ(missing.message(), "cannot read /nowhere/file: No such file or directory");
  EXPECT_EQ(read_file(TestFolder().string()).status().code(), Code::kUnknown);
}

}  // namespace
}  // namespace vecstore
