#include "rag/splitters/text_span.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

using Path = std::vector<std::string>;

TEST(TextSpan, code_points_are_counted) {
  EXPECT_EQ(count_code_points(""), 0u);
  EXPECT_EQ(count_code_points("aé漢🤖"), 4u);
}

TEST(TextSpan, strip_takes_all_white_space_of_unicode) {
  std::string text = "\u3000\t\x1c a b\u00a0\u2028\n";
  EXPECT_EQ(strip(text, {0, text.size()}).of(text), "a b");
  EXPECT_TRUE(strip(" \n ", {0, 3}).empty());
  EXPECT_EQ(strip("\u200bx", {0, 4}), (TextSpan{0, 4}));  // a zero-width space is none
}

TEST(TextSpan, the_heading_path_follows_the_levels) {
  Document document;
  document.text = std::string(50, 'x');
  document.headings = {{1, "A", 0}, {3, "A.x", 10}, {2, "A.b", 20}, {1, "B", 30}};
  HeadingPath path(document);
  EXPECT_EQ(path.at(0), (Path{"A"}));
  EXPECT_EQ(path.at(9), (Path{"A"}));
  EXPECT_EQ(path.at(10), (Path{"A", "A.x"}));
  EXPECT_EQ(path.at(25), (Path{"A", "A.b"}));
  EXPECT_EQ(path.at(49), (Path{"B"}));
}

TEST(TextSpan, chunks_count_characters_over_overlaps) {
  Document document;
  document.text = "é漢a🤖b";
  auto chunks = make_chunks(document, {{0, 5}, {2, 6}, {2, 11}, {10, 11}});
  ASSERT_EQ(chunks.size(), 4u);
  EXPECT_EQ(chunks[1].begin_char, 1u);
  EXPECT_EQ(chunks[1].end_char, 3u);
  EXPECT_EQ(chunks[2].end_char, 5u);
  EXPECT_EQ(chunks[3].begin_char, 4u);
}

TEST(TextSpan, documents_with_wrong_offsets_are_refused) {
  Document document;
  document.text = "abc";
  EXPECT_TRUE(check_document(document).ok());
  document.headings = {{1, "H", 4}};
  EXPECT_EQ(check_document(document).message(),
            "heading 'H' at byte 4 is out of order or out of the text");
  document.headings = {{1, "G", 2}, {1, "H", 1}};
  EXPECT_FALSE(check_document(document).ok());
  document.text = "a\u00e9";
  document.headings = {{1, "H", 2}};
  EXPECT_EQ(check_document(document).message(), "heading 'H' at byte 2 begins within a character");
  document.text = "abc";
  document.headings.assign(kMaxHeadings + 1, {1, "H", 0});
  EXPECT_EQ(check_document(document).message(), "100001 headings; the limit is 100000");
  document.headings = {};
  document.text = "ab\xff";
  EXPECT_EQ(check_document(document).message(), "text is not UTF-8 at byte 2");
}

TEST(TextSpan, sizes_that_cannot_be_are_refused_with_their_numbers) {
  EXPECT_TRUE(check_options({10, 10}).ok());
  EXPECT_EQ(check_options({0, 0}).message(), "chunk_size is 0; it is at least 1");
  EXPECT_EQ(check_options({10, 11}).message(), "chunk_overlap 11 is larger than chunk_size 10");
}

}  // namespace
}  // namespace vecstore
