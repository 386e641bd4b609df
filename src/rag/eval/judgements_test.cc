#include "rag/eval/judgements.h"

#include <gtest/gtest.h>

#include "rag/eval/test_lines.h"

namespace vecstore {
namespace {

Result<Judgements> read(const std::string& content) { return read_judgements(lines_of(content)); }

std::string error_of(const std::string& content) { return read(content).status().message(); }

TEST(Judgements, are_read_as_trec_and_as_beir_write_them) {
  const Judgements wanted = {{"1", {{"d1", 2}, {"d2", 0}}}, {"2", {{"d1", -1}}}};
  EXPECT_EQ(*read("1 0 d1 2\n1 0 d2 0\n\n2 Q0 d1 -1\n"), wanted);
  EXPECT_EQ(*read("1\t0\td1\t2\r\n1\t0\td2\t0\r\n2\t0\td1\t-1"), wanted);
  EXPECT_EQ(*read("query-id\tcorpus-id\tscore\n1\td1\t2\n1\td2\t0\n2\td1\t-1\n"), wanted);
  EXPECT_EQ(*read("1 d1  2 \n1  d2 0\n2 d1 -1\n"), wanted);
  EXPECT_EQ(read("1\ta b\t1\n")->at("1").count("a b"), 1u) << "tabs alone separate";
  EXPECT_EQ(relevant_count(read("1 0 a 2\n1 0 b 0\n1 0 c -1\n1 0 d 1\n")->at("1")), 2u);
}

TEST(Judgements, a_bad_line_is_named) {
  EXPECT_EQ(error_of(""), "nothing is judged");
  EXPECT_EQ(error_of("1 0 \xff 1\n"), "line 1: is not UTF-8");
  EXPECT_EQ(error_of("1 0 d1 1\n1 d1 1\n"), "line 2: has 3 columns, the lines before have 4");
  EXPECT_EQ(error_of("1 d1\n"),
            "line 1: has 2 columns, expected query, document, grade or query, 0, document, grade");
  EXPECT_EQ(error_of("1 0 d1 good\n"), "line 1: has the grade 'good', expected -1000 to 1000");
  EXPECT_EQ(error_of("a b c\n1 d1 1.5\n"), "line 2: has the grade '1.5', expected -1000 to 1000");
  EXPECT_EQ(error_of("1 0 d1 1\n1 0 d1 2\n"), "line 2: judges 'd1' for query '1' a second time");
}

}  // namespace
}  // namespace vecstore
