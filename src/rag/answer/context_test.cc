#include "rag/answer/context.h"

#include <gtest/gtest.h>

#include "base/utf8.h"

namespace vecstore {
namespace {

Hit hit(const std::string& id, const std::string& text, const std::string& source = "") {
  Hit made{.id = id, .text = text};
  if (!source.empty()) made.metadata["source"] = source;
  return made;
}

TEST(PackContext, passages_are_numbered_with_their_source) {
  Hit second = hit("b", "Two.", "docs/b.md");
  second.metadata["title"] = "B";
  second.metadata["headings"] = List{"B", "Part"};
  const Context context = pack_context(Hits{{hit("a", "One."), second}}, 1000);
  EXPECT_EQ(context.text, "[1] a\nOne.\n\n[2] docs/b.md › B › Part\nTwo.");
  EXPECT_EQ(context.passages.size(), 2u);
  EXPECT_EQ(context.left_out, 0u);
  EXPECT_FALSE(context.cut);
}

TEST(SourceLine, names_a_file_within_the_file) {
  Hit within = hit("a", "One.", "docs/a.zip");
  within.metadata["member"] = "in/b.md";
  within.metadata["title"] = "B";
  EXPECT_EQ(source_line(within), "docs/a.zip/in/b.md › B");
  EXPECT_EQ(source_line(hit("only id", "")), "only id");
}

TEST(PackContext, what_says_nothing_new_is_left_out) {
  Hit none = hit("n", "");
  none.text.reset();
  const Context context = pack_context(Hits{{hit("a", "One and two."), none, hit("b", " \n"),
                                             hit("c", "and two."), hit("d", "Three.")}},
                                       1000);
  ASSERT_EQ(context.passages.size(), 2u);
  EXPECT_EQ(context.passages[1].id, "d");
  EXPECT_EQ(context.left_out, 3u);
}

TEST(PackContext, a_shorter_passage_may_come_behind_one_that_does_not_fit) {
  const Context context = pack_context(
      Hits{{hit("a", "Short."), hit("b", std::string(4000, 'x')), hit("c", "Also short.")}}, 100);
  ASSERT_EQ(context.passages.size(), 2u);
  EXPECT_EQ(context.passages[1].id, "c");
  EXPECT_EQ(context.hits, (std::vector<std::size_t>{0, 2}));
  EXPECT_EQ(context.left_out, 1u);
}

TEST(PackContext, the_beginning_of_the_first_is_always_there_and_cuts_no_character) {
  std::string text;
  for (int i = 0; i < 900; ++i) text += "ü€";
  for (std::size_t tokens = 10; tokens < 60; ++tokens) {
    const Context context = pack_context(Hits{{hit("a", text), hit("b", "short")}}, tokens);
    ASSERT_EQ(context.passages.size(), 1u);
    EXPECT_TRUE(context.cut);
    EXPECT_EQ(context.left_out, 1u);
    EXPECT_TRUE(is_valid_utf8(context.text));
    EXPECT_TRUE(text.starts_with(*context.passages[0].text));
    EXPECT_GT(context.passages[0].text->size(), 0u);
  }
}

TEST(PackContext, of_nothing_is_nothing) {
  EXPECT_TRUE(pack_context(Hits{}, 100).passages.empty());
  EXPECT_EQ(pack_context(Hits{}, 100).text, "");
}

}  // namespace
}  // namespace vecstore
