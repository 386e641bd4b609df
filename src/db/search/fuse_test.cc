#include "db/search/fuse.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "base/random.h"

namespace vecstore::db {
namespace {

using Rows = std::vector<RankedRow>;
using Arms = std::vector<Rows>;

// The row of an id is its first letter.
RankedRow ranked(const std::string& id, double score) {
  return {.segment = 1, .row = static_cast<query::Row>(id[0]), .id = id, .score = score};
}

Rows fused(const Fusion& fusion, Arms arms) { return fuse(fusion, arms); }

std::string ids(const Rows& rows) {
  std::string all;
  for (const RankedRow& row : rows) all += row.id;
  return all;
}

TEST(Fuse, reciprocal_ranks_add_up) {
  const Rows all =
      fused({}, {{ranked("a", 0.9), ranked("b", 0.8)}, {ranked("b", 7), ranked("c", 3)}});
  ASSERT_EQ(ids(all), "bac");
  EXPECT_DOUBLE_EQ(all[0].score, 1.0 / 62 + 1.0 / 61);
  EXPECT_EQ(all[0].arms[0].rank, 2u);
  EXPECT_EQ(all[0].arms[1].rank, 1u);
  EXPECT_EQ(all[0].arms[1].score, 7);
  EXPECT_DOUBLE_EQ(all[0].arms[0].share, 1.0 / 62);
  EXPECT_EQ(all[1].arms[1].rank, 0u);
  EXPECT_EQ(all[2].arms[0].rank, 0u);
  EXPECT_DOUBLE_EQ(all[2].score, 1.0 / 62);
}

TEST(Fuse, equal_scores_are_ordered_by_id) {
  EXPECT_EQ(ids(fused({}, {{ranked("z", 1), ranked("y", 0)}, {ranked("y", 9), ranked("z", 1)}})),
            "yz");
  EXPECT_EQ(ids(fused({}, {{ranked("z", 1)}, {ranked("y", 9)}})), "yz");
}

TEST(Fuse, relative_scores_use_the_scores) {
  const Fusion fusion{.method = FusionMethod::kRelativeScore, .weights = {0.75, 0.25}};
  const Rows all = fused(fusion, {{ranked("a", 10), ranked("b", 8), ranked("c", 0)},
                                  {ranked("c", 4), ranked("b", 3), ranked("d", 2)}});
  ASSERT_EQ(ids(all), "abcd");
  EXPECT_DOUBLE_EQ(all[0].score, 0.75);
  EXPECT_DOUBLE_EQ(all[1].score, 0.75 * 0.8 + 0.25 * 0.5);
  EXPECT_DOUBLE_EQ(all[2].score, 0.25);
  EXPECT_DOUBLE_EQ(all[3].score, 0);
}

TEST(Fuse, alpha_weighs_the_halves) {
  const auto order = [](double alpha) {
    return ids(fused(hybrid_fusion({.alpha = alpha}),
                     {{ranked("a", 1), ranked("b", 0)}, {ranked("b", 1), ranked("a", 0)}}));
  };
  EXPECT_EQ(order(1), "ab");
  EXPECT_EQ(order(0), "ba");
}

TEST(Fuse, an_arm_may_find_nothing_and_one_candidate_is_the_best) {
  EXPECT_TRUE(fused({}, {}).empty());
  EXPECT_TRUE(fused({}, {{}, {}, {}}).empty());
  const Rows all = fused({.method = FusionMethod::kRelativeScore}, {{}, {ranked("a", 3)}});
  ASSERT_EQ(all.size(), 1u);
  EXPECT_DOUBLE_EQ(all[0].score, 0.5);
}

}  // namespace
}  // namespace vecstore::db
