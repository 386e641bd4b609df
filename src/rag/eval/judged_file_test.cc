#include <gmock/gmock.h>

#include "base/test_folder.h"
#include "vecstore/evaluation.h"

namespace vecstore {
namespace {

using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class JudgedFile : public ::testing::Test {
 protected:
  Result<std::vector<JudgedQuery>> read(std::string_view lines) {
    folder.write("questions.jsonl", lines);
    return read_judged_queries((folder / "questions.jsonl").string());
  }
  TestFolder folder;
};

TEST_F(JudgedFile, its_lines_say_what_answers) {
  const auto queries = read(R"({"id": "a", "text": "how", "relevant": ["x", "y"]}

{"id": "b", "text": "nobody judged this"}
{"id": "c", "text": "why", "relevant": {"x": 2, "z": 0}})")
                           .value();
  ASSERT_THAT(queries, SizeIs(2));
  EXPECT_EQ(queries[0].text, "how");
  EXPECT_THAT(queries[0].grades, UnorderedElementsAre(Pair("x", 1), Pair("y", 1)));
  EXPECT_EQ(queries[1].id, "c");
  EXPECT_THAT(queries[1].grades, UnorderedElementsAre(Pair("x", 2), Pair("z", 0)));
}

TEST_F(JudgedFile, what_is_wrong_is_named_with_the_file_and_the_line) {
  EXPECT_THAT(
      read("{\"id\": \"a\", \"text\": \"how\", \"relevant\": [\"x\"]}\n{").status().message(),
      testing::AllOf(HasSubstr("questions.jsonl: "), HasSubstr("line 2")));
  EXPECT_THAT(read(R"({"id": "a", "text": "how"})").status().message(), HasSubstr("relevant"));
  EXPECT_EQ(read_judged_queries((folder / "nowhere").string()).status().code(), Code::kNotFound);
  EXPECT_EQ(read_judged_queries((folder / "").string()).status().code(), Code::kNotFound);
}

TEST_F(JudgedFile, a_ranking_is_evaluated_by_the_installed_header_alone) {
  const auto queries = read(R"({"id": "a", "text": "how", "relevant": ["x"]})").value();
  const RankedRun run{.name = "both", .rankings = {{{"y", 2}, {"x", 1}}}};
  const auto first =
      RankingMetric{"first", [](std::span<const std::string> ranking, const Grades& grades) {
                      return grades.contains(ranking[0]) ? 1.0 : 0.0;
                    }};
  const Evaluation found =
      evaluate(queries, {run}, {ranking_metric("mrr@10").value(), first}).value();
  EXPECT_THAT(found.runs[0].means, testing::ElementsAre(0.5, 0.0));
  EXPECT_THAT(html_report(found), HasSubstr("both"));
}

}  // namespace
}  // namespace vecstore
