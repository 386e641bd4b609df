#include "rag/splitters/breakpoints.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

using Indexes = std::vector<std::size_t>;

// Numbers from NumPy.
TEST(Breakpoints, statistics_are_numpys) {
  const std::vector<double> values = {0.5, 0.25, 1, 0.125};
  EXPECT_EQ(mean_of(values), 0.46875);
  EXPECT_EQ(deviation_of(values), 0.33511891546136274);
  EXPECT_EQ(percentile_of(values, 0), 0.125);
  EXPECT_EQ(percentile_of(values, 50), 0.375);
  EXPECT_EQ(percentile_of(values, 95), 0.9249999999999998);
  EXPECT_EQ(percentile_of(values, 100), 1);
  EXPECT_EQ(gradient_of(values), (std::vector<double>{-0.25, 0.25, -0.0625, -0.875}));
}

TEST(Breakpoints, are_above_the_threshold_of_their_way) {
  const std::vector<double> apart = {1, 1, 9, 1, 1, 5, 1, 1};
  EXPECT_EQ(find_breakpoints(apart, Breakpoint::kPercentile, 80, 0), (Indexes{2, 5}));
  EXPECT_EQ(find_breakpoints(apart, Breakpoint::kPercentile, 95, 0), (Indexes{2}));
  EXPECT_EQ(find_breakpoints(apart, Breakpoint::kStandardDeviation, 1, 0), (Indexes{2}));
  EXPECT_EQ(find_breakpoints(apart, Breakpoint::kInterquartile, 1, 0), (Indexes{2, 5}));
  EXPECT_EQ(find_breakpoints(apart, Breakpoint::kGradient, 80, 0), (Indexes{1, 4}));
  EXPECT_EQ(find_breakpoints(apart, Breakpoint::kPercentile, 95, 3), (Indexes{2, 5}));
}

TEST(Breakpoints, need_distances) {
  EXPECT_EQ(find_breakpoints({}, Breakpoint::kPercentile, 95, 0), Indexes{});
  const std::vector<double> one = {1};
  EXPECT_EQ(find_breakpoints(one, Breakpoint::kGradient, 95, 0), Indexes{});
  EXPECT_EQ(find_breakpoints(one, Breakpoint::kPercentile, 95, 7), Indexes{});
}

}  // namespace
}  // namespace vecstore
