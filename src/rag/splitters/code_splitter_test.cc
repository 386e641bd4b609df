#include "rag/splitters/code_splitter.h"

#include <gtest/gtest.h>

#include "rag/splitters/splitting_test.h"

namespace vecstore {
namespace {

SplitterOptions sized(std::size_t size) {
  SplitterOptions options;
  options.chunk_size = size;
  options.chunk_overlap = 0;
  return options;
}

Texts split(const SplitterOptions& options, const std::string& text, const char* language) {
  Document document = document_of(text);
  if (language) document.metadata["language"] = language;
  const auto chunks = make_splitter("code", options).value()->split(document);
  EXPECT_TRUE(chunks.ok());
  return texts_of(document, *chunks);
}

constexpr const char* kProgram =
    "import os\n\ndef one():\n    return 1\n\ndef two():\n    return 2";

TEST(CodeSplitter, cuts_where_the_documents_language_begins_something) {
  const Texts functions = {"import os", "def one():\n    return 1", "def two():\n    return 2"};
  EXPECT_EQ(split(sized(30), kProgram, "python"), functions);
  EXPECT_EQ(split(sized(30), kProgram, "Py"), functions);
}

TEST(CodeSplitter, the_documents_language_beats_the_option_and_an_unknown_one_is_cut_at_lines) {
  const std::string program = "a = 1\nclass B:\n  x = 2";
  const Texts python = {"a = 1", "class B:", "x = 2"}, lines = {"a = 1\nclass B:", "x = 2"};
  SplitterOptions options = sized(14);
  EXPECT_EQ(split(options, program, nullptr), lines);
  options.language = "python";
  EXPECT_EQ(split(options, program, nullptr), python);
  EXPECT_EQ(split(options, program, "brainfuck"), lines);
  options.language = "go";
  EXPECT_EQ(split(options, program, "python"), python);
}

TEST(CodeSplitter, an_option_that_names_no_language_is_refused) {
  SplitterOptions options;
  options.language = "brainfuck";
  EXPECT_NE(
      make_splitter("code", options).status().message().find("'brainfuck'; known are cobol, c, "),
      std::string::npos);
}

}  // namespace
}  // namespace vecstore
