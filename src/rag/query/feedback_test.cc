#include "rag/query/feedback.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "rag/rerank/test_hits.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatNear;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> words_of(const std::vector<WeightedWord>& words) {
  std::vector<std::string> out;
  for (const WeightedWord& one : words) out.push_back(one.text);
  return out;
}

Hits some_hits() {
  return hits_of({scored_hit("a", 3, "the pump and the impeller of it"), scored_hit("none", 2),
                  scored_hit("b", 1, "the impeller and its seal"),
                  scored_hit("c", 0.5, "the wall and the roof"),
                  scored_hit("d", 0.5, "the of it and its")});
}

TEST(FeedbackWords, are_those_of_the_first_hits_that_the_others_lack) {
  const auto words = feedback_words("pump", some_hits(), {.hits = 3, .words = 3});
  EXPECT_THAT(words_of(words), ElementsAre("impeller", "pump", "seal"));
  EXPECT_GT(words[1].weight, words[2].weight) << "the first hit counts three times the other";
}

TEST(FeedbackWords, weigh_together_what_they_are_to_weigh) {
  const auto sum = [](std::string_view question, double weight) {
    double all = 0;
    for (const WeightedWord& one :
         feedback_words(question, some_hits(), {.hits = 3, .weight = weight}))
      all += one.weight;
    return all;
  };
  EXPECT_NEAR(sum("pump", 0.5), 1, 1e-9);
  EXPECT_NEAR(sum("oil of the pump, the pump", 0.5), 4, 1e-9);
  EXPECT_NEAR(sum("pump", 0.75), 3, 1e-9);
}

TEST(FeedbackWords, without_hits_behind_their_share_counts_alone) {
  const auto words = feedback_words("pump", some_hits(), {.hits = 9, .words = 2});
  EXPECT_EQ(words.size(), 2u);
  EXPECT_EQ(words[0].text, "the");
  EXPECT_THAT(feedback_words("pump", Hits(), {}), IsEmpty());
}

TEST(FeedbackVector, lies_between_the_question_and_its_first_hits) {
  Hits hits = some_hits();
  hits.hits[0].vector = Vector{0, 2};
  hits.hits[1].vector = Vector{3, 0};
  hits.hits[2].vector = Vector{1, 0, 0};  // of another model
  hits.hits[3].vector = Vector{-1, 0};    // not among the first
  EXPECT_THAT(feedback_vector({4, 0}, hits, {.hits = 3, .weight = 0.5}),
              ElementsAre(FloatNear(0.75f, 1e-6f), FloatNear(0.25f, 1e-6f)));
  EXPECT_THAT(feedback_vector({4, 0}, hits, {.hits = 1, .weight = 0.75}),
              ElementsAre(FloatNear(0.25f, 1e-6f), FloatNear(0.75f, 1e-6f)));
  EXPECT_THAT(feedback_vector({4, 0}, Hits(), {}), ElementsAre(4, 0));
  EXPECT_THAT(feedback_vector({0, 0}, hits, {}), ElementsAre(0, 0));
}

TEST(Feedback, needs_something_to_believe) {
  EXPECT_TRUE(check_feedback({}).ok());
  EXPECT_THAT(check_feedback({.hits = 0}).message(), HasSubstr("at least 1 hit"));
  EXPECT_THAT(check_feedback({.words = 0}).message(), HasSubstr("at least 1 word"));
  for (const double weight : {0.0, 1.0, std::numeric_limits<double>::quiet_NaN()})
    EXPECT_THAT(check_feedback({.weight = weight}).message(), HasSubstr("above 0 and below 1"));
}

}  // namespace
}  // namespace vecstore
