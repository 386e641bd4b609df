#include "embed/tokenizer/splitters/pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vecstore {
namespace {

using ::testing::HasSubstr;

// Matches with [] around them.
std::string marked(const Pattern& pattern, std::string_view text) {
  std::vector<Match> matches;
  pattern.find_all(text, matches);
  std::string out;
  std::uint32_t at = 0;
  for (const Match& match : matches) {
    EXPECT_EQ(match.begin, at);  // they cover the text
    at = match.end;
    const std::string_view part = text.substr(match.begin, match.end - match.begin);
    out += match.matches ? "[" + std::string(part) + "]" : std::string(part);
  }
  EXPECT_EQ(at, text.size());
  return out;
}

std::string marked(std::string_view regex, std::string_view text) {
  const auto pattern = Pattern::regex(regex);
  EXPECT_TRUE(pattern.ok()) << pattern.status().to_string();
  return pattern.ok() ? marked(*pattern, text) : "";
}

TEST(Pattern, finds_literal_text) {
  EXPECT_EQ(marked(Pattern::literal("ab"), "xababa"), "x[ab][ab]a");
  EXPECT_EQ(marked(Pattern::literal("."), "a."), "a[.]");
}

TEST(Pattern, reads_classes_ranges_and_counts) {
  EXPECT_EQ(marked(R"(\s+)", "a \u3000b"), "a[ \u3000]b");
  EXPECT_EQ(marked(R"(\p{N}{1,3})", "12345Ⅷ"), "[123][45Ⅷ]");
  EXPECT_EQ(marked(R"([^\r\n\p{L}])", "a1\nb"), "a[1]\nb");
  EXPECT_EQ(marked("[a-c\u4e00-\u9fff]+", "abxcd中文"), "[ab]x[c]d[中文]");
  EXPECT_EQ(marked(R"(\S+)", "ab cd"), "[ab] [cd]");
  EXPECT_EQ(marked(R"([\]\-x]+)", "a]-x"), "a[]-x]");
  EXPECT_EQ(marked(" {2,}", "a b  c   d"), "a b[  ]c[   ]d");
}

TEST(Pattern, splits_like_gpt_2) {
  EXPECT_EQ(marked(known_patterns()[0], "Hello  world's 42é!\n\n x"),
            "[Hello][ ][ world]['s][ 42][é][!][\n\n][ x]");
  EXPECT_EQ(marked(known_patterns()[0], "x   "), "[x][   ]");
  EXPECT_EQ(marked(known_patterns()[0], "'S'll"), "['][S]['ll]");
}

TEST(Pattern, splits_like_llama_3) {
  EXPECT_EQ(marked(known_patterns()[2], "I'LL 12345 (x)\n\n  y'\u017F"),
            "[I]['LL][ ][123][45][ (][x][)\n\n][ ][ y]['\u017F]");
}

TEST(Pattern, refuses_what_it_cannot_read_and_what_could_take_long) {
  for (const char* text :
       {"",   "a*",     "a?",      "(a)",    "a|",        "a.",    "[a",          "[]",
        "\\", "\\d",    "\\p{Xx}", "a+?",    "a++",       "[b-a]", "[[:alpha:]]", "^a",
        "a$", "a{3,2}", "a{70}",   "[ab]*c", "a+(?!\\S)", "a b"}) {
    EXPECT_THAT(Pattern::regex(text).status().message(), HasSubstr("is not supported")) << text;
  }
  for (const std::string_view known : known_patterns()) EXPECT_TRUE(Pattern::regex(known).ok());
}

// Each would take minutes if time grew with the square of a run.
TEST(Pattern, takes_time_in_proportion_to_the_text) {
  for (const std::string_view known : known_patterns()) {
    const auto pattern = Pattern::regex(known);
    ASSERT_TRUE(pattern.ok());
    for (const char* unit :
         {" ", "\n", "a", "A", "1", "!", "'", "\u0301", "中", " \n", "A\u0301", "'l"}) {
      std::string text;
      while (text.size() < 1'000'000) text += unit;
      std::vector<Match> matches;
      pattern->find_all(text, matches);
      ASSERT_FALSE(matches.empty());
    }
  }
}

}  // namespace
}  // namespace vecstore
