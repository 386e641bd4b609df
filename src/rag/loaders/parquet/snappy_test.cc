#include "rag/loaders/parquet/snappy.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

Result<std::string> unpacked(std::string_view packed, std::size_t size,
                             std::uint64_t allowed = 1 << 20) {
  LoadBudget budget(LoadLimits{.unpacked_bytes = allowed});
  return unpack_snappy(packed, size, budget);
}

constexpr std::string_view kWord(
    "\x04\x0c"
    "abcd",
    6);

TEST(Snappy, unpacks_literals_and_copies) {
  EXPECT_EQ(unpacked(kWord, 4).value(), "abcd");
  EXPECT_EQ(unpacked(std::string_view("\x00", 1), 0).value(), "");
  EXPECT_EQ(unpacked("\x0a\x0c"
                     "abcd\x09\x03",
                     10)
                .value(),
            "abcdbcdbcd");  // one byte of offset
  const std::string two(
      "\x0a\x0c"
      "abcd\x16\x01\x00",
      9);
  EXPECT_EQ(unpacked(two, 10).value(), "abcddddddd");  // two, into what it writes
  const std::string four(
      "\x08\x0c"
      "abcd\x0f\x04\x00\x00\x00",
      11);
  EXPECT_EQ(unpacked(four, 8).value(), "abcdabcd");
  const std::string longer = std::string("\x46\xf0\x45") + std::string(70, 'z');
  EXPECT_EQ(unpacked(longer, 70).value(), std::string(70, 'z'));
}

TEST(Snappy, what_is_damaged_is_an_error) {
  EXPECT_EQ(unpacked(kWord, 5).status().code(), Code::kDataLoss);
  EXPECT_EQ(unpacked(kWord.substr(0, 5), 4).status().code(), Code::kDataLoss);
  EXPECT_EQ(unpacked("", 0).status().code(), Code::kDataLoss);
  EXPECT_FALSE(unpacked("\x08\x0c"
                        "abcd\x01\x05",
                        8)
                   .ok());  // before the beginning
  EXPECT_FALSE(unpacked(std::string_view("\x08\x0c"
                                         "abcd\x01\x00",
                                         8),
                        8)
                   .ok());  // nowhere
  EXPECT_FALSE(unpacked("\x05\x0c"
                        "abcd\x09\x03",
                        5)
                   .ok());  // beyond the end
  EXPECT_FALSE(unpacked(std::string_view("\x02\x0c"
                                         "abcd",
                                         6),
                        2)
                   .ok());
}

TEST(Snappy, the_budget_is_asked_first) {
  EXPECT_EQ(unpacked(kWord, 4, 3).status().code(), Code::kResourceExhausted);
  // A gigabyte out of five bytes is not believed: nothing is set aside.
  LoadBudget budget(LoadLimits{.unpacked_bytes = 1ULL << 40});
  EXPECT_FALSE(unpack_snappy("\x80\x80\x80\x80\x04", 1 << 30, budget).ok());
  EXPECT_EQ(budget.bytes_left(), 1ULL << 40);
}

}  // namespace
}  // namespace vecstore
