#include "db/search/fuse.h"

#include <gtest/gtest.h>

namespace vecstore::db {
namespace {

// The row of an id is its first letter.
RankedRow ranked(const std::string& id, double score) {
  return {.segment = 1, .row = static_cast<query::Row>(id[0]), .id = id, .score = score};
}

std::string ids(const std::vector<RankedRow>& rows) {
  std::string all;
  for (const RankedRow& row : rows) all += row.id;
  return all;
}

TEST(Fuse, reciprocal_ranks_add_up) {
  const auto all = fuse({}, {ranked("a", 0.9), ranked("b", 0.8)}, {ranked("b", 7), ranked("c", 3)});
  ASSERT_EQ(ids(all), "bac");
  EXPECT_DOUBLE_EQ(all[0].score, 1.0 / 62 + 1.0 / 61);
  EXPECT_EQ(all[0].by_vector->rank, 2u);
  EXPECT_EQ(all[0].by_text->rank, 1u);
  EXPECT_EQ(all[0].by_text->score, 7);
  EXPECT_DOUBLE_EQ(all[0].by_vector->share, 1.0 / 62);
  EXPECT_FALSE(all[1].by_text.has_value());
  EXPECT_FALSE(all[2].by_vector.has_value());
  EXPECT_DOUBLE_EQ(all[2].score, 1.0 / 62);
}

TEST(Fuse, equal_scores_are_ordered_by_id) {
  EXPECT_EQ(ids(fuse({}, {ranked("z", 1), ranked("y", 0)}, {ranked("y", 9), ranked("z", 1)})),
            "yz");
  EXPECT_EQ(ids(fuse({}, {ranked("z", 1)}, {ranked("y", 9)})), "yz");
}

TEST(Fuse, min_max_uses_the_scores) {
  const Fusion fusion{FusionMethod::kMinMax, 0.75};
  const auto all = fuse(fusion, {ranked("a", 10), ranked("b", 8), ranked("c", 0)},
                        {ranked("c", 4), ranked("b", 3), ranked("d", 2)});
  ASSERT_EQ(ids(all), "abcd");
  EXPECT_DOUBLE_EQ(all[0].score, 0.75);
  EXPECT_DOUBLE_EQ(all[1].score, 0.75 * 0.8 + 0.25 * 0.5);
  EXPECT_DOUBLE_EQ(all[2].score, 0.25);
  EXPECT_DOUBLE_EQ(all[3].score, 0);
}

TEST(Fuse, alpha_weighs_the_halves) {
  const auto order = [](double alpha) {
    return ids(
        fuse({.alpha = alpha}, {ranked("a", 1), ranked("b", 0)}, {ranked("b", 1), ranked("a", 0)}));
  };
  EXPECT_EQ(order(1), "ab");
  EXPECT_EQ(order(0), "ba");
}

TEST(Fuse, a_half_may_find_nothing_and_one_candidate_is_the_best) {
  EXPECT_TRUE(fuse({}, {}, {}).empty());
  const auto all = fuse({FusionMethod::kMinMax}, {}, {ranked("a", 3)});
  ASSERT_EQ(all.size(), 1u);
  EXPECT_DOUBLE_EQ(all[0].score, 0.5);
}

}  // namespace
}  // namespace vecstore::db
