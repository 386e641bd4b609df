#include "rag/eval/answer_evaluation.h"

#include <gtest/gtest.h>

#include "rag/eval/test_judge.h"

namespace vecstore {
namespace {

std::vector<AnswerRecord> records() {
  return {{"a", "What?", "It is good.", "", {"good"}},
          {"b", "What?", "It is bad.", "", {"good", "bad"}},
          {"c", "What?", "It is odd.", "", {"bad"}}};
}

TEST(AnswerEvaluation, means_are_of_the_answers_that_have_the_metric) {
  const AnswerEvaluation evaluation = evaluate_answers(records(), WordJudge(), {}).value();
  ASSERT_EQ(evaluation.means.size(), 3u);
  EXPECT_EQ(evaluation.means[0].metric, "faithfulness");
  EXPECT_EQ(evaluation.means[0].answers, 2u);
  EXPECT_EQ(evaluation.means[0].mean, 0.5);
  EXPECT_EQ(evaluation.means[0].interval, (Interval{0, 1}));
  EXPECT_EQ(evaluation.means[2].metric, "context_relevance");
  EXPECT_EQ(evaluation.means[2].mean, 0.5);
  EXPECT_EQ(evaluation.unreadable, 2u);
  const std::string json = Value(answer_evaluation_object(evaluation)).to_json();
  EXPECT_NE(json.find(R"("judge":"word")"), std::string::npos);
  EXPECT_NE(json.find(R"("faithfulness":null)"), std::string::npos);
}

TEST(AnswerEvaluation, may_be_ended_between_answers) {
  const auto after_one = [](std::size_t done) {
    return done < 1 ? Status() : Status(Code::kCancelled, "enough");
  };
  EXPECT_EQ(evaluate_answers(records(), WordJudge(), {}, after_one).status().code(),
            Code::kCancelled);
}

}  // namespace
}  // namespace vecstore
