#include "rag/rerank/rerank_gain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rag/rerank/test_hits.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;

// 1 over the rank of "a"; question 1 wants "b".
double reciprocal_rank(std::size_t question, std::span<const std::string> ranking) {
  for (std::size_t i = 0; i < ranking.size(); ++i)
    if (ranking[i] == (question == 1 ? "b" : "a")) return 1 / static_cast<double>(i + 1);
  return 0;
}

Hits three_hits() { return hits_of({scored_hit("c", 3), scored_hit("b", 2), scored_hit("a", 1)}); }

RerankPipeline two_steps() {
  const std::map<std::string, double> first = {{"a", 2}, {"b", 3}}, second = {{"a", 5}, {"b", 4}};
  return RerankPipeline(
      {{std::make_shared<TableReranker>(first)}, {std::make_shared<TableReranker>(second)}});
}

TEST(RerankGain, is_what_the_measure_says_before_and_after_each_step) {
  const RerankPipeline pipeline = two_steps();
  RerankGain gain(pipeline, reciprocal_rank);
  EXPECT_THAT(ids_of(gain.add("q", three_hits(), 1).value()), ElementsAre("a"));
  EXPECT_THAT(ids_of(gain.add("q", three_hits(), 2).value()), ElementsAre("a", "b"));
  const std::vector<StageGain> stages = gain.stages();
  ASSERT_EQ(stages.size(), 2u);
  EXPECT_EQ(stages[0].step, "table");
  EXPECT_DOUBLE_EQ(stages[0].before, (1.0 / 3 + 1.0 / 2) / 2);
  EXPECT_DOUBLE_EQ(stages[0].after, (1.0 / 2 + 1) / 2);
  EXPECT_DOUBLE_EQ(stages[1].before, stages[0].after);
  EXPECT_DOUBLE_EQ(stages[1].after, (1 + 1.0 / 2) / 2);
  EXPECT_EQ(stages[0].hits, 2);
  EXPECT_EQ(stages[1].hits, 1.5);
  EXPECT_GE(stages[0].ms, 0);
}

TEST(RerankGain, a_question_that_fails_does_not_count) {
  const RerankPipeline pipeline = two_steps();
  RerankGain gain(pipeline, reciprocal_rank);
  EXPECT_EQ(gain.stages()[0].after, 0);
  EXPECT_TRUE(gain.add("q", three_hits(), 2).ok());
  const double after = gain.stages()[1].after;
  EXPECT_EQ(gain.add("broken", three_hits(), 2).status().code(), Code::kUnavailable);
  EXPECT_EQ(gain.stages()[1].after, after);
}

}  // namespace
}  // namespace vecstore
