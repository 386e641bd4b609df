#include "rag/loaders/markdown_loader.h"

#include <gtest/gtest.h>

#include "base/clock.h"

namespace vecstore {
namespace {

Document load(std::string_view file) {
  auto documents = MarkdownLoader().load({file, "readme.md"});
  EXPECT_TRUE(documents.ok()) << documents.status().to_string();
  return std::move(documents).value().at(0);
}

// "level title|the line at its offset" per heading.
std::vector<std::string> outline(std::string_view file) {
  Document document = load(file);
  std::vector<std::string> out;
  for (const Heading& heading : document.headings) {
    std::string rest = document.text.substr(heading.begin);
    out.push_back(std::to_string(heading.level) + " " + heading.title + "|" +
                  rest.substr(0, rest.find('\n')));
  }
  return out;
}

using Lines = std::vector<std::string>;

TEST(MarkdownLoader, the_text_is_the_file_and_offsets_are_its_own) {
  std::string file = "\xef\xbb\xbf# Tïtle\r\n\r\nText.\r\n\r\n## Next\r\n";
  Document document = load(file);
  EXPECT_EQ(document.text, file.substr(3));
  EXPECT_EQ(document.file_offset, 3u);
  ASSERT_EQ(document.headings.size(), 2u);
  EXPECT_EQ(document.headings[0].begin, 0u);
  EXPECT_EQ(document.text.substr(document.headings[1].begin), "## Next\r\n");
}

TEST(MarkdownLoader, both_kinds_of_headings_are_found_at_their_lines) {
  EXPECT_EQ(outline("# One #\ntext\n\nTwo\n===\n\n  ### Three\nFour\n----\n"),
            (Lines{"1 One|# One #", "1 Two|Two", "3 Three|  ### Three", "2 Four|Four"}));
}

TEST(MarkdownLoader, marks_within_a_title_are_taken_off) {
  EXPECT_EQ(outline("# The `open()` *call* & [its](http://x) &mdash; <a id=\"x\"></a>flags\n"),
            (Lines{"1 The open() call & its — flags|"
                   "# The `open()` *call* & [its](http://x) &mdash; <a id=\"x\"></a>flags"}));
  EXPECT_EQ(outline("*Em*\n====\n"), (Lines{"1 Em|*Em*"}));
  EXPECT_EQ(outline("Two\nlines\n---\n"), (Lines{"2 Two lines|Two"}));
}

TEST(MarkdownLoader, code_quotes_lists_and_html_hold_no_headings) {
  EXPECT_EQ(outline("```\n# a\n```\n\n~~~~\n# b\n```\n# c\n~~~~\n\n    # d\n\n> # e\n\n- # f\n\n"
                    "<!--\n# g\n-->\n\n#h\n\n\\# i\n\n# Real\n"),
            (Lines{"1 Real|# Real"}));
}

TEST(MarkdownLoader, empty_headings_are_left_out) {
  EXPECT_EQ(outline("#\n\n##  ##\n\n# A\n"), (Lines{"1 A|# A"}));
}

TEST(MarkdownLoader, headings_beyond_measure_are_text) {
  std::string most(kMaxTitleBytes, 'x');
  EXPECT_EQ(load("# " + most + "\n").headings.size(), 1u);
  Document document = load("# " + most + "y\n");
  EXPECT_TRUE(document.headings.empty());
  EXPECT_EQ(document.metadata.find("title"), nullptr);
}

TEST(MarkdownLoader, too_many_headings_are_an_error_with_the_limit) {
  std::string file;
  for (std::size_t i = 0; i <= kMaxHeadings; ++i) file += "# a\n";
  EXPECT_EQ(MarkdownLoader().load({file, ""}).status().message(),
            "100001 headings; the limit is 100000");
}

TEST(MarkdownLoader, the_title_is_the_first_heading_of_level_one) {
  EXPECT_EQ(*load("## Sub\n\n# Main\n\n# Other\n").metadata.find("title"), Value("Main"));
  EXPECT_EQ(load("## Only sub\n").metadata.find("title"), nullptr);
}

TEST(MarkdownLoader, front_matter_gives_the_title_and_is_no_heading) {
  std::string file = "---\ntitle: From the front\nauthor: x\n---\n# Main\n";
  Document document = load(file);
  EXPECT_EQ(document.text, file);
  EXPECT_EQ(*document.metadata.find("title"), Value("From the front"));
  EXPECT_EQ(outline(file), (Lines{"1 Main|# Main"}));
}

TEST(MarkdownLoader, hostile_input_ends_soon) {
  double started = monotonic_ms();
  for (std::string unit : {"[", "![a](", "> ", "* ", "1. ", "<", "`", "**a_", "[a]: b\n", "#", "a|",
                           "\\", "- a\n", "&#", "[a]\n", "[a", "<!--\n"}) {
    std::string file;
    while (file.size() < 1'000'000) file += unit;
    EXPECT_TRUE(MarkdownLoader().load({file, ""}).ok()) << unit;
  }
  EXPECT_LT(monotonic_ms() - started, 20'000);
}

TEST(MarkdownLoader, titles_are_one_line) {
  auto documents = MarkdownLoader().load({"# a&#10;b&#13;c\n", "a.md"}).value();
  EXPECT_EQ(documents[0].headings.at(0).title, "a b c");
  EXPECT_EQ(*documents[0].metadata.find("title")->as_string(), "a b c");
}

}  // namespace
}  // namespace vecstore
