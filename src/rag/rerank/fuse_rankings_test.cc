#include "rag/rerank/fuse_rankings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "rag/rerank/test_hits.h"

namespace vecstore {
namespace {

using ::testing::DoubleEq;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<WeightedRanking> two_rankings() {
  return {{hits_of({scored_hit("a", 9), scored_hit("b", 5), scored_hit("c", 1)}), 1},
          {hits_of({scored_hit("c", 0.9), scored_hit("d", 0.5)}), 3}};
}

TEST(FuseRankings, reciprocal_ranks_are_summed_by_weight) {
  const Hits hits = fuse_rankings(two_rankings(), {.rrf_k = 10}, 9).value();
  EXPECT_THAT(ids_of(hits), ElementsAre("c", "d", "a", "b"));
  EXPECT_THAT(scores_of(hits),
              ElementsAre(DoubleNear(0.25 / 13 + 0.75 / 11, 1e-12), DoubleNear(0.75 / 12, 1e-12),
                          DoubleNear(0.25 / 11, 1e-12), DoubleNear(0.25 / 12, 1e-12)));
  EXPECT_EQ(hits[0].arms[0].rank, 3u);
  EXPECT_EQ(hits[0].arms[0].score, 1);
  EXPECT_EQ(hits[1].arms[0].rank, 0u);
  EXPECT_THAT(hits[0].arms[0].share + hits[0].arms[1].share, DoubleEq(hits[0].score));
}

TEST(FuseRankings, an_ensemble_sums_scores_made_comparable) {
  const RankFusionOptions options{.how = RankFusion::kEnsemble};
  const Hits hits = fuse_rankings(two_rankings(), options, 9).value();
  EXPECT_THAT(ids_of(hits), ElementsAre("c", "a", "b", "d"));
  EXPECT_THAT(scores_of(hits), ElementsAre(0.75, 0.25, 0.125, 0));
}

TEST(FuseRankings, with_z_scores_what_a_ranking_lacks_is_as_bad_as_its_worst) {
  const RankFusionOptions options{.how = RankFusion::kEnsemble,
                                  .normalization = Normalization::kZScore};
  const Hits hits = fuse_rankings(two_rankings(), options, 9).value();
  const double three = std::sqrt(1.5);  // of 9, 5, 1: the mean is 5, the deviation sqrt(32 / 3)
  EXPECT_THAT(ids_of(hits), ElementsAre("c", "a", "b", "d"));
  EXPECT_THAT(
      scores_of(hits),
      ElementsAre(DoubleNear(-0.25 * three + 0.75, 1e-12), DoubleNear(0.25 * three - 0.75, 1e-12),
                  DoubleNear(-0.75, 1e-12), DoubleNear(-0.25 * three - 0.75, 1e-12)));
}

TEST(FuseRankings, borda_gives_what_is_not_ranked_the_mean_of_the_rest) {
  // 3, 2, 1 points of 3 for a, b, c and 0 for d; 3 and 2 for c and d, a half of 1 for a and b.
  const Hits hits = fuse_rankings(two_rankings(), {.how = RankFusion::kBorda}, 9).value();
  EXPECT_THAT(ids_of(hits), ElementsAre("c", "d", "a", "b"));
  EXPECT_THAT(scores_of(hits),
              ElementsAre(DoubleNear((1.0 + 9) / 12, 1e-12), DoubleNear(6.0 / 12, 1e-12),
                          DoubleNear((3 + 1.5) / 12, 1e-12), DoubleNear((2 + 1.5) / 12, 1e-12)));
}

TEST(FuseRankings, equal_ones_are_in_the_order_of_the_first_ranking) {
  const Hits forth = hits_of({scored_hit("z", 2), scored_hit("a", 1)});
  const Hits back = hits_of({scored_hit("a", 2), scored_hit("z", 1)});
  EXPECT_THAT(ids_of(fuse_rankings({{forth, 1}, {back, 1}}, {}, 9).value()), ElementsAre("z", "a"));
  EXPECT_THAT(ids_of(fuse_rankings({{back, 1}, {forth, 1}}, {}, 1).value()), ElementsAre("a"));
}

TEST(FuseRankings, weights_that_mean_nothing_are_refused) {
  const auto refusal = [](double one, double other, double rrf_k = 60) {
    return fuse_rankings({{Hits(), one}, {Hits(), other}}, {.rrf_k = rrf_k}, 9).status().message();
  };
  EXPECT_THAT(refusal(0, 0), HasSubstr("one of the weights must be above 0"));
  EXPECT_THAT(refusal(1, -1), HasSubstr("a weight must be 0 or more"));
  EXPECT_THAT(refusal(1, std::numeric_limits<double>::infinity()), HasSubstr("0 or more"));
  EXPECT_THAT(refusal(std::numeric_limits<double>::quiet_NaN(), 1), HasSubstr("0 or more"));
  EXPECT_THAT(refusal(1, 1, 0), HasSubstr("rrf_k must be above 0"));
}

TEST(ScaledScores, are_what_the_normalization_says) {
  const std::vector<double> scores = {3, 1, 2}, equal = {4, 4};
  EXPECT_THAT(scaled_scores(scores, Normalization::kNone), ElementsAre(3, 1, 2));
  EXPECT_THAT(scaled_scores(scores, Normalization::kMinMax), ElementsAre(1, 0, 0.5));
  EXPECT_THAT(scaled_scores(equal, Normalization::kMinMax), ElementsAre(1, 1));
  const double third = std::sqrt(1.5);
  EXPECT_THAT(
      scaled_scores(scores, Normalization::kZScore),
      ElementsAre(DoubleNear(third, 1e-12), DoubleNear(-third, 1e-12), DoubleNear(0, 1e-12)));
  EXPECT_THAT(scaled_scores(equal, Normalization::kZScore), ElementsAre(0, 0));
  EXPECT_THAT(scaled_scores(scores, Normalization::kDbsf),
              ElementsAre(DoubleNear(0.5 + third / 6, 1e-12), DoubleNear(0.5 - third / 6, 1e-12),
                          DoubleNear(0.5, 1e-12)));
  EXPECT_THAT(scaled_scores(equal, Normalization::kDbsf), ElementsAre(0.5, 0.5));
  EXPECT_TRUE(scaled_scores({}, Normalization::kMinMax).empty());
}

}  // namespace
}  // namespace vecstore
