#include "rag/eval/report_plots.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rag/eval/test_evaluation.h"

namespace vecstore {
namespace {

using testing::HasSubstr;
using testing::Not;

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(ReportPlots, bars_reach_as_far_as_their_means) {
  const std::string plot = bars_plot(small_evaluation("recall@2"), 0);
  EXPECT_EQ(count(plot, "<rect"), 2u);
  EXPECT_THAT(plot, HasSubstr("width=\"365.0\" height=\"16.0\" class=\"bar c1\""))
      << "1 is the whole width";
  EXPECT_THAT(plot, HasSubstr("width=\"243.3\" height=\"16.0\" class=\"bar c0\"")) << "2/3 of it";
  EXPECT_EQ(count(plot, "class=\"whisker\""), 6u);
}

TEST(ReportPlots, a_metric_beyond_one_widens_the_scale) {
  Evaluation evaluation = small_evaluation("mrr");
  evaluation.runs[0].values[0] = {-2, 3, 5};
  summarize(evaluation);
  const std::string plot = bars_plot(evaluation, 0);
  EXPECT_THAT(plot, HasSubstr(">−2</text>"));
  EXPECT_THAT(plot, HasSubstr(">5</text>"));
  EXPECT_THAT(plot, Not(HasSubstr("width=\"-")));
}

TEST(ReportPlots, differences_are_sorted_and_named) {
  const Evaluation evaluation = small_evaluation("mrr");
  const std::string plot = differences_plot(evaluation, evaluation.comparisons[0]);
  EXPECT_LT(plot.find("q3 (+1.0000): green"), plot.find("q1 (+0.5000)"));
  EXPECT_THAT(plot, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(plot, Not(HasSubstr("<script")));
  Evaluation many = evaluation;
  many.queries.assign(500, {"q", "x", 1});
  many.runs[0].values[0].assign(500, 0);
  many.runs[1].values[0].assign(500, 0.5);
  EXPECT_EQ(count(differences_plot(many, many.comparisons[0]), "<title>"), 0u);
}

TEST(ReportPlots, curves_have_a_point_for_each_depth) {
  const std::string plot = curves_plot(small_evaluation(), &EvaluatedRun::recall);
  EXPECT_EQ(count(plot, "<polyline"), 2u);
  EXPECT_EQ(count(plot, "<circle"), 2 * kCurvePoints);
  EXPECT_THAT(plot, HasSubstr("hybrid at 1: 0.8333"));
}

}  // namespace
}  // namespace vecstore
