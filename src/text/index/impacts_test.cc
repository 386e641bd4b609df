#include "text/index/impacts.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"

namespace vecstore::text {
namespace {

TEST(Impacts, codes_are_exact_below_16_and_bound_what_is_above) {
  for (std::uint64_t value = 0; value < (1u << 20); value += 1 + value / 100) {
    const auto number = static_cast<std::uint32_t>(value);
    const std::uint64_t down = decode_number(encode_down(number));
    const std::uint64_t up = decode_number(encode_up(number));
    ASSERT_LE(down, value);
    ASSERT_GE(up, value);
    ASSERT_LE(static_cast<double>(up - down), 0.125 * static_cast<double>(value));
    ASSERT_TRUE(value >= 16 || down == up);
  }
  EXPECT_LE(decode_number(encode_down(0xffffffff)), 0xffffffffu);
  EXPECT_GE(decode_number(encode_up(0xffffffff)), 0xffffffffu);
}

TEST(Impacts, every_posting_is_bounded_by_a_pair) {
  Random random(7);
  for (int round = 0; round < 500; ++round) {
    std::vector<Impact> postings(1 + random.below(128));
    for (Impact& posting : postings) {
      posting.frequency = static_cast<std::uint32_t>(1 + random.below(1 + random.below(300)));
      posting.length = static_cast<std::uint32_t>(random.below(1 + random.below(5000)));
    }
    const Impacts impacts = Impacts::of(postings);
    for (const Impact& posting : postings) {
      bool bounded = false;
      for (std::size_t i = 0; i < Impacts::kPairs; ++i)
        bounded = bounded || (decode_number(impacts.frequencies[i]) >= posting.frequency &&
                              decode_number(impacts.lengths[i]) <= posting.length);
      ASSERT_TRUE(bounded) << posting.frequency << " in " << posting.length;
    }
  }
}

TEST(Impacts, few_postings_are_kept_as_they_are) {
  std::vector<Impact> postings = {{1, 4}, {3, 9}, {2, 9}, {1, 12}};
  const Impacts impacts = Impacts::of(postings);
  EXPECT_EQ(impacts.frequencies, (std::array<std::uint8_t, 4>{1, 3, 3, 3}));
  EXPECT_EQ(impacts.lengths, (std::array<std::uint8_t, 4>{4, 9, 9, 9}));
}

}  // namespace
}  // namespace vecstore::text
