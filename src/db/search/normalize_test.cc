#include "db/search/normalize.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace vecstore::db {
namespace {

std::vector<double> normalized(Normalization normalization, const std::vector<double>& scores) {
  std::vector<RankedRow> rows;
  for (const double score : scores) rows.push_back({.score = score});
  return normalized_scores(normalization, rows);
}

using Scores = std::vector<double>;

TEST(Normalize, none_keeps_scores) {
  EXPECT_EQ(normalized(Normalization::kNone, {3, -1}), (Scores{3, -1}));
}

TEST(Normalize, min_max_goes_from_the_worst_to_the_best) {
  EXPECT_EQ(normalized(Normalization::kMinMax, {10, 8, 0}), (Scores{1, 0.8, 0}));
}

TEST(Normalize, z_scores_are_deviations_of_a_sample) {
  const Scores z = normalized(Normalization::kZScore, {4, 2, 0});
  EXPECT_EQ(z, (Scores{1, 0, -1}));
}

TEST(Normalize, dbsf_is_three_deviations_to_each_side_of_the_mean) {
  const Scores all = normalized(Normalization::kDbsf, {4, 2, 0});
  EXPECT_DOUBLE_EQ(all[0], 4.0 / 6);
  EXPECT_DOUBLE_EQ(all[1], 0.5);
  EXPECT_DOUBLE_EQ(all[2], 2.0 / 6);
  Scores far(30, 1);
  far.push_back(-1000);
  EXPECT_EQ(normalized(Normalization::kDbsf, far).back(), 0) << "not below 0";
}

TEST(Normalize, equal_scores_and_a_row_alone_have_the_documented_value) {
  for (const Scores& scores : {Scores{0.1, 0.1, 0.1}, Scores{7}}) {
    EXPECT_EQ(normalized(Normalization::kMinMax, scores), Scores(scores.size(), 1));
    EXPECT_EQ(normalized(Normalization::kZScore, scores), Scores(scores.size(), 0));
    EXPECT_EQ(normalized(Normalization::kDbsf, scores), Scores(scores.size(), 0.5));
  }
  EXPECT_TRUE(normalized(Normalization::kDbsf, {}).empty());
}

TEST(Normalize, scores_beyond_numbers_stay_finite_and_in_order) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const Scores wild = {kInfinity, 1e300, 5, -kInfinity, std::nan("")};
  for (int i = 0; i < 4; ++i) {
    const Scores all = normalized(static_cast<Normalization>(i), wild);
    for (std::size_t n = 0; n < all.size(); ++n) {
      EXPECT_TRUE(std::isfinite(all[n])) << i << " " << n;
      EXPECT_TRUE(n == 0 || all[n] <= all[n - 1]) << i << " " << n;
    }
  }
}

}  // namespace
}  // namespace vecstore::db
