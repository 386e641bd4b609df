#include "cli/judgements.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/test_folder.h"

namespace vecstore {
namespace {

Result<Judgements> read(const std::string& content) {
  const TestFolder folder;
  const std::string path = folder.write("qrels", content);
  return read_judgements(path);
}

std::string error_of(const std::string& content) {
  const std::string message = read(content).status().message();
  return message.substr(message.find("qrels") + 5);
}

TEST(Judgements, are_read_as_trec_and_as_beir_write_them) {
  const Judgements wanted = {{"1", {{"d1", 2}, {"d2", 0}}}, {"2", {{"d1", -1}}}};
  EXPECT_EQ(*read("1 0 d1 2\n1 0 d2 0\n\n2 Q0 d1 -1\n"), wanted);
  EXPECT_EQ(*read("1\t0\td1\t2\r\n1\t0\td2\t0\r\n2\t0\td1\t-1"), wanted);
  EXPECT_EQ(*read("query-id\tcorpus-id\tscore\n1\td1\t2\n1\td2\t0\n2\td1\t-1\n"), wanted);
  EXPECT_EQ(*read("1 d1  2 \n1  d2 0\n2 d1 -1\n"), wanted);
  EXPECT_EQ(read("1\ta b\t1\n")->at("1").count("a b"), 1u) << "tabs alone separate";
}

TEST(Judgements, a_bad_line_is_named) {
  EXPECT_EQ(error_of(""), " judges nothing");
  EXPECT_EQ(error_of("1 0 d1 1\n1 d1 1\n"), ": line 2: has 3 columns, the lines before have 4");
  EXPECT_EQ(
      error_of("1 d1\n"),
      ": line 1: has 2 columns, expected query, document, grade or query, 0, document, grade");
  EXPECT_EQ(error_of("1 0 d1 good\n"), ": line 1: has the grade 'good', expected -1000 to 1000");
  EXPECT_EQ(error_of("a b c\n1 d1 1.5\n"), ": line 2: has the grade '1.5', expected -1000 to 1000");
  EXPECT_EQ(error_of("1 0 d1 1\n1 0 d1 2\n"), ": line 2: judges 'd1' for query '1' a second time");
  EXPECT_EQ(read_judgements("nowhere").status().code(), Code::kNotFound);
}

Measures of(const std::vector<std::string>& ranking, const Grades& grades) {
  return measure(ranking, grades);
}

// Worked out by hand from trec_eval's definitions.
TEST(Measures, of_graded_judgements) {
  const Grades grades = {{"a", 3}, {"b", 1}, {"c", 2}, {"n", 0}, {"m", -1}};
  const Measures got = of({"n", "b", "x", "a", "m"}, grades);
  const double ideal = 3 + 2 / std::log2(3) + 1 / std::log2(4);
  EXPECT_DOUBLE_EQ(got.ndcg_at_10, (1 / std::log2(3) + 3 / std::log2(5)) / ideal);
  EXPECT_DOUBLE_EQ(got.mrr_at_10, 0.5);
  EXPECT_DOUBLE_EQ(got.map, (1 / 2.0 + 2 / 4.0) / 3);
  EXPECT_DOUBLE_EQ(got.recall_at_100, 2 / 3.0);
}

TEST(Measures, a_perfect_ranking_is_one_and_none_is_zero) {
  const Grades grades = {{"a", 1}, {"b", 1}, {"n", 0}};
  const Measures best = of({"b", "a", "n"}, grades);
  EXPECT_DOUBLE_EQ(best.ndcg_at_10, 1);
  EXPECT_DOUBLE_EQ(best.mrr_at_10, 1);
  EXPECT_DOUBLE_EQ(best.map, 1);
  EXPECT_DOUBLE_EQ(best.recall_at_100, 1);
  const Measures nothing = of({}, grades);
  EXPECT_EQ(nothing.ndcg_at_10 + nothing.mrr_at_10 + nothing.map + nothing.recall_at_100, 0);
  const Measures unjudged = of({"n"}, {{"n", 0}});
  EXPECT_EQ(unjudged.ndcg_at_10 + unjudged.map, 0) << "no number over zero";
}

TEST(Measures, look_only_as_deep_as_they_say) {
  std::vector<std::string> ranking;
  for (int i = 0; i < 101; ++i) ranking.push_back("n" + std::to_string(i));
  ranking[10] = "a";
  ranking[99] = "b";
  ranking[100] = "c";
  const Measures got = of(ranking, {{"a", 1}, {"b", 1}, {"c", 1}, {"d", 1}});
  EXPECT_EQ(got.ndcg_at_10, 0);
  EXPECT_EQ(got.mrr_at_10, 0);
  EXPECT_DOUBLE_EQ(got.map, (1 / 11.0 + 2 / 100.0 + 3 / 101.0) / 4);
  EXPECT_DOUBLE_EQ(got.recall_at_100, 0.5);
}

// More relevant documents than the depth: the ideal is cut there too.
TEST(Measures, the_ideal_has_ten_documents) {
  Grades grades;
  std::vector<std::string> ranking;
  for (int i = 0; i < 15; ++i) {
    ranking.push_back(std::to_string(i));
    grades[ranking.back()] = 1;
  }
  EXPECT_DOUBLE_EQ(of(ranking, grades).ndcg_at_10, 1);
}

}  // namespace
}  // namespace vecstore
