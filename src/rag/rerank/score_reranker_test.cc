#include "rag/rerank/score_reranker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "rag/rerank/test_hits.h"

namespace vecstore {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Hits with_stars() {
  Hits hits =
      hits_of({scored_hit("a", 8), scored_hit("b", 6), scored_hit("c", 4), scored_hit("d", 4)});
  hits.hits[0].metadata["stars"] = 1;
  hits.hits[1].metadata["stars"] = 3.0;
  hits.hits[2].metadata["stars"] = 5;
  hits.hits[3].metadata["stars"] = "many";
  return hits;
}

Hits scored(ScoreStep step, std::size_t k = 9) {
  return ScoreReranker::make(std::move(step)).value()->rerank("q", with_stars(), k).value();
}

TEST(ScoreReranker, a_number_of_the_metadata_counts_by_its_weight) {
  const Hits hits =
      scored({.normalization = Normalization::kMinMax, .field = "stars", .weight = 0.75});
  // scores 1, 0.5, 0, 0 and stars 0, 0.5, 1, none
  EXPECT_THAT(ids_of(hits), ElementsAre("c", "b", "a", "d"));
  EXPECT_THAT(scores_of(hits), ElementsAre(0.75, 0.5, 0.25, 0));
}

TEST(ScoreReranker, less_of_it_is_better_with_a_weight_below_nothing) {
  const Hits hits = scored({.normalization = Normalization::kMinMax,
                            .field = "stars",
                            .weight = -0.75,
                            .otherwise = 0.9});
  EXPECT_THAT(ids_of(hits), ElementsAre("a", "b", "d", "c"));
  EXPECT_THAT(scores_of(hits), ElementsAre(1, 0.5, DoubleNear(0.075, 1e-12), 0));
}

TEST(ScoreReranker, without_normalization_numbers_are_taken_as_they_are) {
  const Hits hits = scored({.field = "stars", .weight = 0.5, .otherwise = 20});
  EXPECT_THAT(ids_of(hits), ElementsAre("d", "a", "b", "c"));
  EXPECT_THAT(scores_of(hits), ElementsAre(12, 4.5, 4.5, 4.5));
  Hits truths = hits_of({scored_hit("no", 0), scored_hit("yes", 0)});
  truths.hits[0].metadata["good"] = false;
  truths.hits[1].metadata["good"] = true;
  const auto by_truth = ScoreReranker::make({.field = "good", .weight = 1}).value();
  EXPECT_THAT(ids_of(by_truth->rerank("q", truths, 9).value()), ElementsAre("yes", "no"));
}

TEST(ScoreReranker, low_scores_leave_after_they_were_normalized) {
  EXPECT_THAT(ids_of(scored({.least = 6})), ElementsAre("a", "b"));
  EXPECT_THAT(ids_of(scored({.normalization = Normalization::kMinMax, .least = 0.6})),
              ElementsAre("a"));
  EXPECT_THAT(ids_of(scored({}, 2)), ElementsAre("a", "b"));
}

TEST(ScoreReranker, a_weight_is_a_share) {
  for (const double weight : {-1.1, 1.1, std::numeric_limits<double>::quiet_NaN()})
    EXPECT_THAT(ScoreReranker::make({.weight = weight}).status().message(),
                HasSubstr("weight must be from -1 to 1"));
}

TEST(FunctionReranker, asks_for_the_score_of_each_hit) {
  const FunctionReranker reranker(
      "mine", [](std::string_view question, const Hit& hit, std::size_t rank) -> Result<double> {
        if (question == "broken") return unavailable("out of order");
        if (question == "endless") return std::numeric_limits<double>::infinity();
        return hit.score == 4 ? 10 * static_cast<double>(rank) : 1;
      });
  EXPECT_EQ(reranker.name(), "mine");
  const Hits hits = reranker.rerank("q", with_stars(), 3).value();
  EXPECT_THAT(ids_of(hits), ElementsAre("d", "c", "a"));
  EXPECT_THAT(scores_of(hits), ElementsAre(40, 30, 1));
  EXPECT_EQ(reranker.rerank("broken", with_stars(), 3).status().code(), Code::kUnavailable);
  EXPECT_THAT(reranker.rerank("endless", with_stars(), 3).status().message(),
              HasSubstr("the function 'mine' gives hit 'a' no finite score"));
}

}  // namespace
}  // namespace vecstore
