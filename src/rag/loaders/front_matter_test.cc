#include "rag/loaders/front_matter.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

TEST(FrontMatter, the_title_line_of_a_block_is_read) {
  std::string text = "---\ntitle: Opening files\ntags: [a, b]\n---\n# Body\n";
  FrontMatter front = read_front_matter(text);
  EXPECT_EQ(front.title, "Opening files");
  EXPECT_EQ(text.substr(front.bytes), "# Body\n");
}

TEST(FrontMatter, line_ends_of_windows_and_a_closing_dot_line_will_do) {
  std::string text = "---\r\ntitle: A\r\n...\r\nrest";
  FrontMatter front = read_front_matter(text);
  EXPECT_EQ(front.title, "A");
  EXPECT_EQ(text.substr(front.bytes), "rest");
}

TEST(FrontMatter, quoted_titles_lose_their_quotes) {
  EXPECT_EQ(read_front_matter("---\ntitle: \"A: b\"\n---\n").title, "A: b");
  EXPECT_EQ(read_front_matter("---\ntitle: 'It'\n---\n").title, "It");
}

TEST(FrontMatter, titles_that_need_a_yaml_reader_are_left_alone) {
  for (const char* title : {"\"a \\\" b\"", "'it''s'", "[a]", "{a: b}", "|", ">-", "*x", "a # c",
                            "a: b", "\"open", ""}) {
    FrontMatter front = read_front_matter("---\ntitle: " + std::string(title) + "\n---\nbody");
    EXPECT_EQ(front.title, "") << title;
    EXPECT_NE(front.bytes, 0u) << title;
  }
}

TEST(FrontMatter, a_rule_or_an_open_block_is_no_front_matter) {
  for (const char* text :
       {"", "---", "---\n", "---\n\nA rule above.\n---\n", "text\n---\n", "---\n- item: x\n---\n",
        "---\ntitle: never closed\n", "----\na: b\n---\n"}) {
    EXPECT_EQ(read_front_matter(text).bytes, 0u) << text;
  }
}

}  // namespace
}  // namespace vecstore
