#include <gtest/gtest.h>

#include <cmath>

#include "vecstore/evaluation.h"

namespace vecstore {
namespace {

using Ids = std::vector<std::string>;

double of(std::string_view name, const Ids& ranking, const Grades& grades) {
  return ranking_metric(name).value().measure(ranking, grades);
}

// Worked out by hand from trec_eval's definitions; tests/models holds them against trec_eval.
TEST(RankingMetric, of_graded_judgements) {
  const Grades grades = {{"a", 3}, {"b", 1}, {"c", 2}, {"n", 0}, {"m", -1}};
  const Ids ranking = {"n", "b", "x", "a", "m"};
  const double ideal = 3 + 2 / std::log2(3) + 1 / std::log2(4);
  EXPECT_DOUBLE_EQ(of("ndcg@10", ranking, grades), (1 / std::log2(3) + 3 / std::log2(5)) / ideal);
  EXPECT_DOUBLE_EQ(of("ndcg@2", ranking, grades), 1 / std::log2(3) / (3 + 2 / std::log2(3)));
  EXPECT_DOUBLE_EQ(of("mrr", ranking, grades), 0.5);
  EXPECT_DOUBLE_EQ(of("mrr@1", ranking, grades), 0);
  EXPECT_DOUBLE_EQ(of("map", ranking, grades), (1 / 2.0 + 2 / 4.0) / 3);
  EXPECT_DOUBLE_EQ(of("map@3", ranking, grades), (1 / 2.0) / 3);
  EXPECT_DOUBLE_EQ(of("recall@100", ranking, grades), 2 / 3.0);
  EXPECT_DOUBLE_EQ(of("recall@2", ranking, grades), 1 / 3.0);
  EXPECT_DOUBLE_EQ(of("precision@4", ranking, grades), 2 / 4.0);
  EXPECT_DOUBLE_EQ(of("precision@10", ranking, grades), 2 / 10.0)
      << "over k, not over what there is";
  EXPECT_EQ(of("hit_rate@1", ranking, grades), 0);
  EXPECT_EQ(of("hit_rate@2", ranking, grades), 1);
}

TEST(RankingMetric, a_perfect_ranking_is_one_and_none_is_zero) {
  for (const char* name :
       {"ndcg@2", "ndcg", "mrr", "map", "recall@2", "precision@2", "hit_rate@1"}) {
    EXPECT_DOUBLE_EQ(of(name, {"b", "a", "n"}, {{"a", 1}, {"b", 1}, {"n", 0}}), 1) << name;
    EXPECT_EQ(of(name, {}, {{"a", 1}}), 0) << name;
    EXPECT_EQ(of(name, {"n"}, {{"n", 0}, {"m", -2}}), 0) << name << ": no number over zero";
    EXPECT_EQ(of(name, {"n"}, {}), 0) << name;
  }
}

TEST(RankingMetric, looks_only_as_deep_as_it_says) {
  Ids ranking;
  for (int i = 0; i < 101; ++i) ranking.push_back("n" + std::to_string(i));
  ranking[10] = "a";
  ranking[99] = "b";
  ranking[100] = "c";
  const Grades grades = {{"a", 1}, {"b", 1}, {"c", 1}, {"d", 1}};
  EXPECT_EQ(of("ndcg@10", ranking, grades), 0);
  EXPECT_EQ(of("mrr@10", ranking, grades), 0);
  EXPECT_DOUBLE_EQ(of("map", ranking, grades), (1 / 11.0 + 2 / 100.0 + 3 / 101.0) / 4);
  EXPECT_DOUBLE_EQ(of("recall@100", ranking, grades), 0.5);
}

// More relevant documents than the depth: the ideal is cut there too.
TEST(RankingMetric, the_ideal_is_as_deep_as_the_ranking_may_be) {
  Grades grades;
  Ids ranking;
  for (int i = 0; i < 15; ++i) {
    ranking.push_back(std::to_string(i));
    grades[ranking.back()] = 1;
  }
  EXPECT_DOUBLE_EQ(of("ndcg@10", ranking, grades), 1);
}

std::string error_of(std::string_view list) { return ranking_metrics(list).status().message(); }

TEST(RankingMetric, a_list_of_names_is_read_and_a_wrong_one_told) {
  const auto metrics = ranking_metrics(kUsualMetrics).value();
  ASSERT_EQ(metrics.size(), 4u);
  EXPECT_EQ(metrics[3].name, "recall@100");
  EXPECT_EQ(error_of("ndgc@10"), "unknown metric 'ndgc', did you mean 'ndcg'?");
  EXPECT_NE(error_of("").find("unknown metric ''"), std::string::npos);
  EXPECT_NE(error_of("map,,mrr").find("unknown metric ''"), std::string::npos);
  EXPECT_EQ(error_of("recall"), "metric 'recall' needs a depth, such as 'recall@10'");
  for (const char* name : {"ndcg@", "ndcg@0", "ndcg@-1", "ndcg@1x", "ndcg@99999999999"})
    EXPECT_NE(error_of(name).find("needs a depth from 1 on"), std::string::npos) << name;
  EXPECT_EQ(error_of("map,map"), "metric 'map' comes a second time");
}

}  // namespace
}  // namespace vecstore
