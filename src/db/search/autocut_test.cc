#include "db/search/autocut.h"

#include <gtest/gtest.h>

namespace vecstore::db {
namespace {

std::size_t kept(const std::vector<double>& scores, std::size_t jumps) {
  std::vector<RankedRow> rows;
  for (const double score : scores) rows.push_back({.score = score});
  return rows_before_jump(rows, jumps);
}

TEST(Autocut, cuts_before_the_asked_jump) {
  const std::vector<double> scores = {9, 8.9, 8.8, 5, 4.9, 4.8, 1, 0.9};
  EXPECT_EQ(kept(scores, 1), 3u);
  EXPECT_EQ(kept(scores, 2), 6u);
  EXPECT_EQ(kept(scores, 3), 8u) << "there are only two";
  EXPECT_EQ(kept({9, 8, 5, 4}, 1), 4u) << "thrice the mean is not more than it";
}

TEST(Autocut, an_even_fall_equal_scores_and_few_rows_have_no_jump) {
  EXPECT_EQ(kept({5, 4, 3, 2, 1}, 1), 5u);
  EXPECT_EQ(kept({2, 2, 2}, 1), 3u);
  EXPECT_EQ(kept({2, 0}, 1), 2u);
  EXPECT_EQ(kept({}, 1), 0u);
}

TEST(Autocut, three_rows_are_enough) {
  EXPECT_EQ(kept({0.9, 0.89, 0.1}, 1), 2u);
  EXPECT_EQ(kept({0.9, 0.1, 0.1}, 1), 1u);
}

}  // namespace
}  // namespace vecstore::db
