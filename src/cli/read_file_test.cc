#include "cli/read_file.h"

#include <gtest/gtest.h>

#include <fstream>

namespace vecstore {
namespace {

TEST(ReadFile, gives_every_byte) {
  const std::string path = testing::TempDir() + "read_file_test";
  const std::string bytes("a\0b\r\n", 5);
  std::ofstream(path, std::ios::binary) << bytes;
  EXPECT_EQ(read_file(path).value(), bytes);
}

TEST(ReadFile, says_what_is_wrong_with_the_path) {
  const Status missing = read_file("/nowhere/file").status();
  EXPECT_EQ(missing.code(), Code::kNotFound);
  EXPECT_EQ(missing.message(), "cannot read /nowhere/file: No such file or directory");
  EXPECT_EQ(read_file(testing::TempDir()).status().code(), Code::kUnknown);
}

}  // namespace
}  // namespace vecstore
