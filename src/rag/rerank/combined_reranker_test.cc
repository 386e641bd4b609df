#include "rag/rerank/combined_reranker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rag/rerank/test_hits.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Hits three_hits() {
  return hits_of({scored_hit("a", 3, "x"), scored_hit("b", 2), scored_hit("c", 1)});
}

std::shared_ptr<const HitReranker> table(std::map<std::string, double> of, bool vectors = false) {
  return std::make_shared<TableReranker>(std::move(of), vectors);
}

TEST(CombinedReranker, each_step_ranks_all_that_came_in_and_the_arms_are_told) {
  const auto combined =
      CombinedReranker::make("rrf", {{nullptr, 1}, {table({{"a", 1}, {"b", 2}, {"c", 3}}), 2}}, {})
          .value();
  const Hits hits = combined->rerank("q", three_hits(), 2).value();
  EXPECT_THAT(ids_of(hits), ElementsAre("c", "b"));
  ASSERT_EQ(hits[0].arms.size(), 2u);
  EXPECT_EQ(hits[0].arms[0].rank, 3u);
  EXPECT_EQ(hits[0].arms[1].rank, 1u);
  EXPECT_EQ(hits[0].arms[1].score, 3);
}

TEST(CombinedReranker, a_hit_that_every_step_drops_is_gone) {
  const auto combined =
      CombinedReranker::make("borda", {{table({{"a", 1}}), 1}, {table({{"c", 1}}), 1}},
                             {.how = RankFusion::kBorda})
          .value();
  EXPECT_THAT(ids_of(combined->rerank("q", three_hits(), 9).value()), ElementsAre("a", "c"));
}

TEST(CombinedReranker, equal_scores_keep_the_order_in_which_hits_came) {
  const auto combined =
      CombinedReranker::make(
          "rrf", {{table({{"c", 2}, {"a", 1}}), 1}, {table({{"a", 2}, {"c", 1}}), 1}}, {})
          .value();
  EXPECT_THAT(ids_of(combined->rerank("q", three_hits(), 9).value()), ElementsAre("a", "c"));
}

TEST(CombinedReranker, what_an_arm_needs_or_has_for_an_error_is_the_whole_ones) {
  EXPECT_FALSE(CombinedReranker::make("rrf", {{table({}), 1}}, {}).value()->reads_vectors());
  const auto combined =
      CombinedReranker::make("rrf", {{nullptr, 1}, {table({}, true), 1}}, {}).value();
  EXPECT_TRUE(combined->reads_vectors());
  EXPECT_EQ(combined->rerank("broken", three_hits(), 2).status().code(), Code::kUnavailable);
}

TEST(CombinedReranker, nothing_to_combine_is_refused_when_it_is_made) {
  EXPECT_THAT(CombinedReranker::make("rrf", {}, {}).status().message(),
              HasSubstr("rrf combines nothing"));
  EXPECT_THAT(CombinedReranker::make("borda", {{nullptr, 0}}, {}).status().message(),
              HasSubstr("borda: one of the weights must be above 0"));
}

}  // namespace
}  // namespace vecstore
