#include "index/equal_rows.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace vecstore::index {
namespace {

TEST(EqualRows, each_row_has_the_first_that_is_equal_and_present) {
  constexpr std::uint32_t kRows = 500;
  constexpr std::size_t kStride = 8;
  Random random(4);
  Bytes rows(kRows * kStride);
  for (std::uint32_t row = 0; row < kRows; ++row)
    rows[row * kStride + row % kStride % 2] = static_cast<std::byte>(random.below(40));
  const auto present = [](std::uint32_t row) { return row % 5 != 2; };
  const std::vector<std::uint32_t> first = first_equal_rows(rows, kStride, present);
  ASSERT_EQ(first.size(), kRows);
  for (std::uint32_t row = 0; row < kRows; ++row) {
    std::uint32_t expected = row;
    const auto begin = rows.begin() + row * kStride;
    for (std::uint32_t other = row; present(row) && other-- > 0;)
      if (present(other) && std::equal(begin, begin + kStride, rows.begin() + other * kStride))
        expected = other;
    EXPECT_EQ(first[row], expected) << row;
  }
}

}  // namespace
}  // namespace vecstore::index
