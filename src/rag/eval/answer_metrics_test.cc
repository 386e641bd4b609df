#include "rag/eval/answer_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rag/eval/test_judge.h"

namespace vecstore {
namespace {

using testing::ElementsAre;
using testing::Optional;

std::optional<double> value(const AnswerScores& scores, std::string_view metric) {
  const auto found = std::ranges::find(kAnswerMetrics, metric);
  return scores.values[static_cast<std::size_t>(found - kAnswerMetrics.begin())];
}

AnswerRecord record() {
  return {"1",
          "What?",
          "This is good [1]. This is not. So is good this.",
          "It is good. It is bad.",
          {"bad", "good", "bad", "good"}};
}

TEST(AnswerMetrics, are_shares_of_what_the_judge_bears_out) {
  const AnswerScores scores = judge_answer(record(), WordJudge()).value();
  EXPECT_THAT(value(scores, "faithfulness"), Optional(2 / 3.0));
  EXPECT_THAT(value(scores, "context_recall"), Optional(0.5));
  EXPECT_THAT(value(scores, "context_relevance"), Optional(0.5));
  EXPECT_THAT(value(scores, "context_precision"), Optional((1 / 2.0 + 2 / 4.0) / 2));
  EXPECT_THAT(value(scores, "answer_relevance"), Optional(0.5));
  const double precision = 2 / 3.0, recall = 1 / 2.0;
  EXPECT_THAT(value(scores, "answer_correctness"),
              Optional(testing::DoubleEq(0.75 * 2 * precision * recall / (precision + recall) +
                                         0.25 * 0.2)));
  EXPECT_EQ(scores.unreadable, 0u);
}

TEST(AnswerMetrics, what_cannot_be_read_is_counted_and_never_a_score) {
  AnswerRecord odd = record();
  odd.answer = "This is good. That is odd.";
  odd.contexts[3] = "odd";
  const AnswerScores scores = judge_answer(odd, WordJudge()).value();
  EXPECT_EQ(value(scores, "faithfulness"), std::nullopt);
  EXPECT_EQ(value(scores, "answer_relevance"), std::nullopt);
  EXPECT_EQ(value(scores, "answer_correctness"), std::nullopt);
  EXPECT_EQ(value(scores, "context_relevance"), std::nullopt);
  EXPECT_EQ(value(scores, "context_precision"), std::nullopt);
  EXPECT_THAT(value(scores, "context_recall"), Optional(0.5));
  EXPECT_EQ(scores.unreadable, 1u + 2u + 1u + 1u);
}

TEST(AnswerMetrics, what_lacks_something_is_absent) {
  AnswerRecord lacking = record();
  lacking.reference.clear();
  AnswerScores scores = judge_answer(lacking, WordJudge()).value();
  EXPECT_EQ(value(scores, "context_recall"), std::nullopt);
  EXPECT_EQ(value(scores, "context_precision"), std::nullopt);
  EXPECT_EQ(value(scores, "answer_correctness"), std::nullopt);
  EXPECT_NE(value(scores, "faithfulness"), std::nullopt);
  lacking = record();
  lacking.answer.clear();
  lacking.contexts.clear();
  scores = judge_answer(lacking, WordJudge()).value();
  for (const auto& one : scores.values) EXPECT_EQ(one, std::nullopt);
  lacking = record();
  lacking.contexts = {"bad"};
  EXPECT_THAT(value(*judge_answer(lacking, WordJudge()), "context_precision"), Optional(0.0));
}

TEST(AnswerMetrics, statements_are_sentences_without_marks) {
  EXPECT_THAT(answer_statements("The pump holds 2.5 litres [1]. It is oiled [2][3-4].\n\n- "
                                "Filters, too\n12. Hoses\n[5]\n---\n"),
              ElementsAre("The pump holds 2.5 litres.", "It is oiled.", "Filters, too", "Hoses"));
  EXPECT_THAT(answer_statements("Call f[x] and a[1]."), ElementsAre("Call f[x] and a."));
  EXPECT_THAT(answer_statements("  \n"), ElementsAre());
}

}  // namespace
}  // namespace vecstore
