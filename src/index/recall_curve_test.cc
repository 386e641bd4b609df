#include "index/recall_curve.h"

#include <gtest/gtest.h>

namespace vecstore::index {
namespace {

TEST(RecallCurve, chooses_the_least_width_that_reaches_a_share) {
  const RecallCurve curve({{10, 0.80}, {20, 0.90}, {40, 0.98}});
  EXPECT_EQ(curve.ef_for(0.5, 10), 10u);
  EXPECT_EQ(curve.ef_for(0.80, 10), 10u);
  EXPECT_EQ(curve.ef_for(0.85, 10), 15u);
  EXPECT_EQ(curve.ef_for(0.98, 10), 40u);
  EXPECT_EQ(curve.ef_for(0.98, 3), 40u);
  EXPECT_EQ(curve.ef_for(0.98, 30), 120u);
  EXPECT_EQ(curve.ef_for(0.981, 10), 0u) << "out of reach";
  EXPECT_EQ(RecallCurve().ef_for(0.5, 10), 0u) << "never measured";
}

TEST(RecallCurve, takes_the_error_of_the_sample_off) {
  RecallSample sample;
  for (std::size_t width = 0; width < std::size(kCurveEfs); ++width)
    for (int i = 0; i < 100; ++i) sample.add(width, i % 10 == 0 ? 0.0 : 1.0);
  const RecallCurve curve = sample.curve();
  ASSERT_EQ(curve.points().size(), std::size(kCurveEfs));
  EXPECT_EQ(curve.points()[2].ef, kCurveEfs[2]);
  EXPECT_NEAR(curve.points()[2].share, 0.9 - 1.645 * 0.03, 1e-9);
}

TEST(RecallCurve, never_falls_and_wants_two_rows) {
  RecallSample sample;
  for (std::size_t width = 0; width < std::size(kCurveEfs); ++width) sample.add(width, 1);
  EXPECT_TRUE(sample.curve().points().empty());
  for (std::size_t width = 0; width < std::size(kCurveEfs); ++width)
    sample.add(width, width == 0 ? 1 : 0.5);
  const RecallCurve curve = sample.curve();
  ASSERT_FALSE(curve.points().empty());
  for (const RecallPoint& point : curve.points()) EXPECT_EQ(point.share, 1);
}

}  // namespace
}  // namespace vecstore::index
