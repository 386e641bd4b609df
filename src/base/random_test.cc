#include "base/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace vecstore {
namespace {

// Indexes are rebuilt from seeds and compared byte by byte: these numbers must never change.
TEST(Random, a_seed_gives_the_same_numbers_for_ever) {
  Random random(42);
  EXPECT_EQ(random.next(), 1546998764402558742u);
  EXPECT_EQ(random.next(), 6990951692964543102u);
  EXPECT_EQ(random.below(1'000), 680u);
  EXPECT_EQ(random.uniform(), 0x1.d9715a8e0766cp-1);
  EXPECT_EQ(random.normal(), 0x1.db514bfac5b4ep-2);
}

TEST(Random, below_stays_below_and_reaches_everything) {
  Random random(12);
  std::vector<int> counts(7);
  for (int i = 0; i < 70'000; ++i) ++counts[random.below(7)];
  for (int count : counts) EXPECT_NEAR(count, 10'000, 500);
  EXPECT_EQ(random.below(1), 0u);
  EXPECT_LT(random.below((std::uint64_t{1} << 63) + 1), (std::uint64_t{1} << 63) + 1);
}

// Multiplication alone would favour some numbers when n is close to 2^64: of [0, 3 * 2^62) the
// first third would come up half the time.
TEST(Random, below_has_no_bias_for_a_large_range) {
  Random random(13);
  const std::uint64_t third = std::uint64_t{1} << 62;
  int low = 0;
  for (int i = 0; i < 30'000; ++i) low += random.below(3 * third) % 3 == 0;
  EXPECT_NEAR(low, 10'000, 500);
}

TEST(Random, uniform_numbers_have_the_right_moments) {
  Random random(14);
  double sum = 0, squares = 0;
  for (int i = 0; i < 100'000; ++i) {
    const double u = random.uniform();
    ASSERT_GE(u, 0);
    ASSERT_LT(u, 1);
    sum += u;
    squares += u * u;
  }
  EXPECT_NEAR(sum / 100'000, 0.5, 0.005);
  EXPECT_NEAR(squares / 100'000, 1.0 / 3, 0.005);
}

TEST(Random, normal_numbers_have_the_right_moments_and_tails) {
  Random random(15);
  double sum = 0, squares = 0;
  int beyond_two = 0;
  const int n = 100'000;
  for (int i = 0; i < n; ++i) {
    const double x = random.normal();
    sum += x;
    squares += x * x;
    beyond_two += std::abs(x) > 2;
  }
  EXPECT_NEAR(sum / n, 0, 0.015);
  EXPECT_NEAR(squares / n, 1, 0.02);
  EXPECT_NEAR(static_cast<double>(beyond_two) / n, 0.0455, 0.003);
}

}  // namespace
}  // namespace vecstore
