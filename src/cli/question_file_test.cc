#include "cli/question_file.h"

#include <gtest/gtest.h>

#include "base/test_folder.h"

namespace vecstore {
namespace {

std::string error_of(const std::string& line) {
  return parse_question_line(line).status().message();
}

TEST(QuestionFile, a_line_is_a_text_or_a_vector_and_a_filter) {
  const FileQuestion read =
      *parse_question_line(R"({"id": 7, "text": "open", "vector": [1, 2], "filter": "a > 1"})");
  EXPECT_EQ(read.id, Value(7));
  EXPECT_EQ(read.question.text, "open");
  EXPECT_EQ(*read.question.vector, Vector({1, 2}));
  EXPECT_EQ(read.question.filter.to_string(), "a > 1");
}

TEST(QuestionFile, what_is_wrong_with_a_line_is_told) {
  EXPECT_EQ(error_of("[]"), "a query must be an object");
  EXPECT_EQ(error_of(R"({"id": 1})"), "a query needs 'text' or 'vector'");
  EXPECT_EQ(error_of(R"({"txt": "a"})"),
            "unknown member 'txt': id, text, vector and filter are known");
  EXPECT_EQ(error_of(R"({"text": 1})"), "'text' must be a string");
  EXPECT_EQ(error_of(R"({"text": " "})"), "the text to look for is empty");
  EXPECT_NE(error_of(R"({"text": "a", "filter": "a >"})").find("column"), std::string::npos);
}

TEST(QuestionFile, lines_are_counted_and_blank_ones_passed_over) {
  const TestFolder folder;
  const std::string path =
      folder.write("q.jsonl", "{\"text\": \"a\"}\n\n{\"text\": \"b\"}\nnonsense\n");
  QuestionFile file = QuestionFile::open(path).value();
  FileQuestion question;
  EXPECT_TRUE(*file.next(question));
  EXPECT_TRUE(*file.next(question));
  EXPECT_EQ(question.question.text, "b");
  EXPECT_TRUE(file.next(question).status().message().starts_with(path + ": line 4: "));
  EXPECT_FALSE(*file.next(question));
}

TEST(QuestionFile, a_file_without_a_query_is_wrong) {
  const TestFolder folder;
  QuestionFile file = QuestionFile::open(folder.write("q.jsonl", "\n \n")).value();
  FileQuestion question;
  const Status status = file.next(question).status();
  EXPECT_EQ(status.code(), Code::kInvalidArgument);
  EXPECT_NE(status.message().find("has no query in it"), std::string::npos);
}

TEST(QuestionFile, a_text_is_valid_utf_8) {
  EXPECT_EQ(check_text("a\xff").message(), "the text to look for is not valid UTF-8 at byte 1");
  EXPECT_TRUE(check_text("ä").ok());
}

}  // namespace
}  // namespace vecstore
