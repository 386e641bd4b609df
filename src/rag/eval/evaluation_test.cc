#include "vecstore/evaluation.h"

#include <gtest/gtest.h>

#include <cmath>

#include "rag/eval/test_evaluation.h"

namespace vecstore {
namespace {

TEST(Evaluation, means_values_and_hits_of_each_run) {
  const Evaluation evaluation = small_evaluation();
  ASSERT_EQ(evaluation.runs.size(), 2u);
  const EvaluatedRun& text = evaluation.runs[0];
  EXPECT_EQ(text.values[0], (std::vector<double>{0.5, 0.5, 0}));
  EXPECT_DOUBLE_EQ(text.means[0], 1 / 3.0);
  EXPECT_EQ(evaluation.runs[1].values[1], (std::vector<double>{1, 1, 1}));
  EXPECT_EQ(evaluation.runs[1].intervals[1], (Interval{1, 1}));
  EXPECT_LT(text.intervals[0].low, text.means[0]);
  EXPECT_GT(text.intervals[0].high, text.means[0]);
  EXPECT_EQ(text.hits[1], (std::vector<EvaluatedHit>{{"x", 3, false, 0}, {"b", 1, true, 2}}));
  EXPECT_DOUBLE_EQ(text.judged, 3 / 4.0);
  EXPECT_EQ(evaluation.queries[2].relevant, 2u);
}

TEST(Evaluation, one_that_is_called_off_gives_nothing) {
  const std::vector<JudgedQuery> queries = {{"q1", "red", {{"a", 1}}}, {"q2", "blue", {{"b", 1}}}};
  const std::vector<RankedRun> runs = {{"text", 0, {{{"a", 2}}, {}}}, {"hybrid", 0, {{}, {}}}};
  CancelToken token;
  std::size_t measured = 0;
  const RankingMetric own = {"own", [&](auto, const Grades&) {
                               ++measured;
                               token.cancel();
                               return 1.0;
                             }};
  const Resampling how = {.samples = 1000, .cancel = token};
  EXPECT_EQ(evaluate(queries, runs, {own}, how).status().code(), Code::kCancelled);
  EXPECT_EQ(measured, 1u) << "looked at between queries";
  const Evaluation whole =
      evaluate(queries, runs, *ranking_metrics("mrr"), {.cancel = CancelToken()}).value();
  EXPECT_FALSE(whole.resampling.cancel.has_value()) << "what is kept has no token";
}

TEST(Evaluation, curves_are_recall_and_precision_at_their_depths) {
  const EvaluatedRun run = small_evaluation().runs[1];
  EXPECT_DOUBLE_EQ(run.recall[0], (1 + 1 + 0.5) / 3);
  EXPECT_DOUBLE_EQ(run.recall[1], 1);
  EXPECT_DOUBLE_EQ(run.precision[0], 1);
  EXPECT_DOUBLE_EQ(run.precision[1], (0.5 + 0.5 + 1) / 3);
  EXPECT_DOUBLE_EQ(run.precision[kCurvePoints - 1], 4 / 100.0 / 3);
}

TEST(Evaluation, every_pair_is_compared_the_later_with_the_earlier) {
  const Evaluation evaluation = small_evaluation();
  ASSERT_EQ(evaluation.comparisons.size(), 2u) << "one pair, two metrics";
  const ComparedMetric& mrr = evaluation.comparisons[0];
  EXPECT_EQ(std::pair(mrr.a, mrr.b), std::pair(std::size_t{1}, std::size_t{0}));
  EXPECT_DOUBLE_EQ(mrr.test.difference, 2 / 3.0);
  EXPECT_DOUBLE_EQ(mrr.test.p_randomisation, 2 / 8.0);
  EXPECT_EQ(mrr.p, mrr.test.p_randomisation) << "of one comparison Holm takes nothing";
}

TEST(Evaluation, a_metric_may_be_anything_that_gives_a_number) {
  const std::vector<JudgedQuery> queries = {{"q", "", {{"a", 1}}}};
  const RankedRun run = {"text", 0, {{{"b", 2}, {"a", 1}}}};
  const RankingMetric length = {"length", [](std::span<const std::string> ranking, const Grades&) {
                                  return 1.0 * static_cast<double>(ranking.size());
                                }};
  EXPECT_EQ(evaluate(queries, {run}, {length}, {})->runs[0].means[0], 2);
  const RankingMetric none = {"none", [](auto, const Grades&) { return std::nan(""); }};
  EXPECT_EQ(evaluate(queries, {run}, {none}, {}).status().message(),
            "metric 'none' gives no number for query 'q'");
  EXPECT_FALSE(evaluate(queries, {{"text", 0, {}}}, {length}, {}).ok());
}

TEST(Evaluation, joined_reports_keep_what_they_have_in_common) {
  const Evaluation before = small_evaluation("mrr,map");
  Evaluation after = small_evaluation("recall@2,mrr");
  after.queries.erase(after.queries.begin());
  for (EvaluatedRun& run : after.runs) {
    for (auto& values : run.values) values.erase(values.begin());
    run.hits.erase(run.hits.begin());
  }
  const Evaluation joined = join_evaluations({{"before", before}, {"after", after}}).value();
  EXPECT_EQ(joined.metrics, (std::vector<std::string>{"mrr"}));
  ASSERT_EQ(joined.queries.size(), 2u);
  EXPECT_EQ(joined.queries[0].id, "q2");
  ASSERT_EQ(joined.runs.size(), 4u);
  EXPECT_EQ(joined.runs[0].title(), "before: text");
  EXPECT_EQ(joined.runs[0].values, joined.runs[2].values);
  EXPECT_EQ(joined.runs[0].hits, joined.runs[2].hits);
  ASSERT_EQ(joined.comparisons.size(), 2u) << "a run with itself before";
  EXPECT_EQ(joined.comparisons[0].test.p_randomisation, 1);
  after.metrics = {"other", "another"};
  EXPECT_FALSE(join_evaluations({{"before", before}, {"after", after}}).ok());
  EXPECT_FALSE(join_evaluations({}).ok());
}

}  // namespace
}  // namespace vecstore
