#include "rag/eval/question_set.h"

#include <gtest/gtest.h>

#include "rag/eval/test_lines.h"

namespace vecstore {
namespace {

std::vector<EvalQuestion> read(const std::string& text) {
  return read_questions(lines_of(text)).value();
}

std::string error_of(const std::string& text) {
  return read_questions(lines_of(text)).status().message();
}

TEST(QuestionSet, questions_are_read_in_their_forms) {
  const auto read_all = read(R"({"id": 7, "text": "red", "vector": [1, 0], "filter": "a = 1"}

{"_id": "b", "text": "blue", "metadata": {"x": 1}}
{"question": "Which?", "answer": "This.", "reference": "That.", "contexts": ["one", "two"]}
{"id": "d", "text": "x", "relevant": {"a": 2, "b": 0}}
{"id": "e", "text": "x", "relevant": ["a", 5]}
)");
  ASSERT_EQ(read_all.size(), 5u);
  EXPECT_EQ(read_all[0].id, "7");
  EXPECT_FALSE(read_all[0].filter.empty());
  EXPECT_EQ(read_all[1].id, "b");
  EXPECT_EQ(read_all[2].id, "4") << "the number of its line";
  EXPECT_EQ(read_all[2].text, "Which?");
  EXPECT_EQ(read_all[2].contexts->size(), 2u);
  EXPECT_EQ(*read_all[3].relevant, (Grades{{"a", 2}, {"b", 0}}));
  EXPECT_EQ(*read_all[4].relevant, (Grades{{"a", 1}, {"5", 1}}));
}

TEST(QuestionSet, a_bad_line_is_named) {
  EXPECT_EQ(error_of("\n\n"), "there is no query in it");
  EXPECT_EQ(error_of("{\"id\": \"a\", \"text\": \"x\"}\n{\"id\": \"a\", \"text\": \"y\"}\n"),
            "line 2: query 'a' comes a second time");
  EXPECT_EQ(error_of(R"({"text": "x"})"), "line 1: a query needs an 'id', a string or an integer");
  EXPECT_EQ(error_of("[]"), "line 1: a query must be an object");
  EXPECT_EQ(error_of(R"({"id": "a"})"), "line 1: a query needs 'text' or 'vector'");
  EXPECT_EQ(error_of(R"({"id": "a", "text": " "})"), "line 1: 'text' is empty");
  EXPECT_EQ(error_of(R"({"id": "", "text": "x"})"), "line 1: the 'id' is empty");
  EXPECT_EQ(error_of(R"({"id": "a", "txt": "x"})"),
            "line 1: unknown member 'txt': did you mean 'text'?");
  EXPECT_EQ(error_of(R"({"id": "a", "text": "x", "question": "y"})"),
            "line 1: 'text' and 'question' are the same: give one");
  EXPECT_EQ(error_of(R"({"text": "x", "relevant": ["a", "a"]})"),
            "line 1: 'relevant' has 'a' a second time");
  EXPECT_EQ(error_of(R"({"text": "x", "relevant": {"a": 1001}})"),
            "line 1: 'relevant' has a grade that is not from -1000 to 1000");
  EXPECT_EQ(error_of(R"({"text": "x", "contexts": [1]})"), "line 1: 'contexts' must be a string");
  EXPECT_NE(error_of("{\"id\": 1, \"text\": \"x\"}\n{").find("line 2: json"), std::string::npos);
}

TEST(QuestionSet, what_is_not_judged_and_not_asked_is_counted) {
  const auto asked = read("{\"id\": \"a\", \"text\": \"x\"}\n{\"id\": \"b\", \"text\": \"y\"}\n");
  const JudgedSet set = judged_by(asked, {{"b", {{"d", 1}}}, {"c", {{"d", 1}}}, {"e", {{"d", 1}}}});
  ASSERT_EQ(set.questions.size(), 1u);
  EXPECT_EQ(set.questions[0].id, "b");
  EXPECT_EQ(*set.questions[0].relevant, (Grades{{"d", 1}}));
  EXPECT_EQ(set.unjudged, 1u);
  EXPECT_EQ(set.unasked, 2u);
  const JudgedSet own = judged_by_themselves(
      read("{\"id\": \"a\", \"text\": \"x\"}\n{\"text\": \"y\", \"relevant\": []}\n"));
  EXPECT_EQ(own.questions.size(), 1u);
  EXPECT_EQ(own.unjudged, 1u);
}

}  // namespace
}  // namespace vecstore
