#include "embed/model_bytes.h"

#include <gtest/gtest.h>

#include "base/test_folder.h"

namespace vecstore {
namespace {

TEST(ModelBytes, a_file_is_read_whole_and_one_that_is_not_there_says_so) {
  const TestFolder folder;
  folder.write("a", "bytes");
  EXPECT_EQ(as_text(read_model_file((folder / "a").string()).value()), "bytes");
  EXPECT_EQ(read_model_file((folder / "b").string()).status().code(), Code::kNotFound);
  EXPECT_EQ(read_model_file((folder / "a" / "c").string()).status().code(), Code::kNotFound);
}

TEST(ModelBytes, hashes_are_sixteen_digits) {
  EXPECT_EQ(hex_of(0), "0000000000000000");
  EXPECT_EQ(hex_of(0xFEDCBA9876543210), "fedcba9876543210");
}

}  // namespace
}  // namespace vecstore
