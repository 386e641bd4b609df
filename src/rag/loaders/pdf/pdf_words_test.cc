#include "rag/loaders/pdf/pdf_words.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

struct Page {
  PdfGlyphs glyphs = {};

  // A glyph of half its size in width.
  void add(const std::string& text, double x, double y = 100, float size = 10) {
    const auto begin = static_cast<std::uint32_t>(glyphs.text.size());
    glyphs.text += text;
    glyphs.glyphs.push_back(
        {x, y, size / 2, 0, size, begin, static_cast<std::uint32_t>(glyphs.text.size())});
  }

  void add_word(const std::string& letters, double x, double y = 100) {
    for (const char c : letters) {
      add(std::string(1, c), x, y);
      x += 5;
    }
  }

  // Words by "|", segments by "/".
  std::string read() const {
    std::string out;
    const auto directions = find_segments(glyphs);
    for (const PdfSegment& segment : directions[0]) {
      out += out.empty() ? "" : "/";
      for (const PdfWord& word : segment.words) {
        if (&word != &segment.words[0]) out += word.after_space ? " " : "|";
        out += word.text;
      }
    }
    return out;
  }
};

TEST(PdfWords, gaps_part_words_and_wide_gaps_segments) {
  Page page;
  page.add_word("ab", 20);
  page.add_word("cd", 31);  // 1 point
  page.add_word("ef", 43);  // 2 points
  page.add_word("gh", 70);
  EXPECT_EQ(page.read(), "abcd ef/gh");
}

TEST(PdfWords, a_space_parts_words_whatever_its_width) {
  Page page;
  page.add_word("ab", 20);
  page.add(" ", 30);
  page.add_word("cd", 30.5);
  EXPECT_EQ(page.read(), "ab cd");
}

TEST(PdfWords, an_index_belongs_to_its_word) {
  Page page;
  page.add_word("ab", 20);
  page.add("2", 30, 104, 7);
  page.add_word("c", 36);
  EXPECT_EQ(page.read(), "ab|2 c");
}

TEST(PdfWords, what_is_written_twice_for_bold_is_read_once) {
  Page page;
  for (const double x : {20.0, 20.4}) page.add_word("twice", x);
  for (const double x : {60.0, 60.3, 65.0, 65.3}) page.add(x < 64 ? "A" : "B", x);
  EXPECT_EQ(page.read(), "twice/AB");
}

TEST(PdfWords, two_equal_letters_are_two) {
  Page page;
  page.add_word("aall", 20);
  EXPECT_EQ(page.read(), "aall");
}

TEST(PdfWords, accents_come_to_their_letters) {
  Page page;
  page.add("c", 20);
  page.add("´", 25.2);
  page.add("e", 25);
  page.add("c", 30);
  page.add("¸", 30.1);
  page.add("´", 40);
  EXPECT_EQ(page.read(), "céç ´");
}

TEST(PdfWords, lines_part_segments) {
  Page page;
  page.add_word("ab", 20);
  page.add_word("cd", 20, 88);
  EXPECT_EQ(page.read(), "ab/cd");
}

}  // namespace
}  // namespace vecstore
