#include "rag/eval/answer_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rag/eval/test_judge.h"

namespace vecstore {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kBad = "<script>alert('good')</script>";

AnswerEvaluation judged() {
  const std::vector<AnswerRecord> records = {
      {"better", "What?", "It is good.", "", {"good"}},
      {"worse" + kBad, kBad, kBad + " bad.", kBad, {"bad", kBad}},
      {"odd", "What?", "It is odd.", "", {}}};
  return evaluate_answers(records, WordJudge(), {}).value();
}

TEST(AnswerReport, has_means_and_the_answers_worst_first) {
  const std::string page = html_report(judged());
  EXPECT_THAT(page, HasSubstr("3 questions, judged by word."));
  EXPECT_THAT(page, HasSubstr("verdicts of the judge could not be read"));
  EXPECT_THAT(page, HasSubstr("<td>faithfulness</td><td class=\"n\">1.0000</td>"));
  EXPECT_LT(page.find("<td>worse"), page.find("<td>better"));
  EXPECT_THAT(page, HasSubstr("<td class=\"n\">–</td>")) << "absent is no zero";
}

TEST(AnswerReport, hostile_text_is_text) {
  const std::string page = html_report(judged());
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(&#39;good&#39;)"));
  EXPECT_THAT(html_report(AnswerEvaluation()), HasSubstr("0 questions"));
}

}  // namespace
}  // namespace vecstore
