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

TEST(CodeSplitter, the_language_of_prose_is_none_of_programs) {
  Document document = document_of("a = 1\nenum B:\n  x = 2");
  document.metadata["language"] = "cs";
  const auto splitter = make_splitter("code", sized(14)).value();
  EXPECT_EQ(texts_of(document, *splitter->split(document)), (Texts{"a = 1", "enum B:", "x = 2"}));
  document.kind = "html";
  EXPECT_EQ(texts_of(document, *splitter->split(document)), (Texts{"a = 1\nenum B:", "x = 2"}));
}

TEST(CodeSplitter, an_option_that_names_no_language_is_refused) {
  SplitterOptions options;
  options.language = "brainfuck";
  EXPECT_NE(
      make_splitter("code", options).status().message().find("'brainfuck'; known are cobol, c, "),
      std::string::npos);
}

std::string grammars_folder() { return (test_cache_folder() / "grammars").string(); }

bool have_grammar(const std::string& name) {
  return std::filesystem::exists(grammars_folder() + "/" + name + ".so");
}

SplitterOptions by_syntax(std::size_t size) {
  SplitterOptions options = sized(size);
  options.grammars = grammars_folder();
  options.require_grammar = true;
  return options;
}

TEST(CodeSplitter, with_a_grammar_chunks_are_parts_of_the_program) {
  if (!have_grammar("python")) GTEST_SKIP() << "no grammar: run tools/setup grammars";
  const std::string program =
      "class A:\n    def one(self):\n        return \"class B:\\ndef x\"\n\n    def two(self):\n"
      "        return 2\n\nx = 1\ny = 2\n";
  EXPECT_EQ(split(by_syntax(60), program, "python"),
            (Texts{"class A:", "def one(self):\n        return \"class B:\\ndef x\"",
                   "def two(self):\n        return 2", "x = 1\ny = 2"}));
  EXPECT_EQ(split(by_syntax(1'000), program, "py"), (Texts{program.substr(0, program.size() - 1)}));
}

TEST(CodeSplitter, leaves_that_are_too_long_are_cut_and_no_text_is_lost) {
  constexpr std::array<std::string_view, 20> kTokens = {"def f(x):\n",
                                                        "    return ",
                                                        "class C:\n",
                                                        "x = ",
                                                        "(",
                                                        ")",
                                                        "[",
                                                        "]",
                                                        "\"a long string of text\"",
                                                        "\"\"\"doc\n\nstring\"\"\"\n",
                                                        "# comment 漢字\n",
                                                        "\n",
                                                        "    ",
                                                        "if x:\n",
                                                        "1",
                                                        ",",
                                                        "{",
                                                        "}",
                                                        "func main() {\n",
                                                        "naïve 🤖 "};
  Random random(20261204);
  for (const char* language :
       {"python", "go", "c", "java", "javascript", "rust", "cpp", "typescript", "tsx"}) {
    if (!have_grammar(language)) continue;
    for (int i = 0; i < 300; ++i) {
      Document document = document_of(random_text(random, kTokens, 60));
      document.metadata["language"] = language;
      const std::size_t size = 1 + random.below(100);
      const auto chunks = make_splitter("code", by_syntax(size)).value()->split(document);
      ASSERT_TRUE(chunks.ok());
      expect_contract(document, *chunks);
      ASSERT_FALSE(testing::Test::HasFatalFailure()) << document.text;
      for (const Chunk& chunk : *chunks) ASSERT_LE(chunk.end_char - chunk.begin_char, size);
    }
  }
}

TEST(CodeSplitter, deep_programs_are_cut_without_recursion) {
  if (!have_grammar("python")) GTEST_SKIP() << "no grammar: run tools/setup grammars";
  const std::string deep = std::string(20'000, '(') + std::string(20'000, ')');
  EXPECT_GE(split(by_syntax(100), deep, "python").size(), 400u);
}

TEST(CodeSplitter, what_it_was_told_to_need_is_an_error_that_says_what_to_run) {
  TestFolder folder;
  SplitterOptions options;
  options.grammars = (folder / "").string();
  options.require_grammar = true;
  options.language = "go";
  EXPECT_EQ(make_splitter("code", options).status().message(),
            "there is no grammar of go in " + options.grammars + ": run tools/setup grammars");
  options.require_grammar = false;
  EXPECT_EQ(make_splitter("code", options).value()->name(), "code");
  folder.write("go.so", "no library");
  EXPECT_EQ(make_splitter("code", options).status().code(), Code::kFailedPrecondition);
}

}  // namespace
}  // namespace vecstore
