#include "text/analysis/stop_words.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "text/analysis/unicode.h"

namespace vecstore::text {
namespace {

TEST(StopWords, lists_are_folded_sorted_and_without_doubles) {
  EXPECT_TRUE(std::ranges::is_sorted(languages()));
  for (const auto language : languages()) {
    const auto words = stop_words(language);
    EXPECT_GE(words.size(), 30u) << language;
    EXPECT_EQ(std::ranges::adjacent_find(words, [](auto a, auto b) { return a >= b; }), words.end())
        << language;
    for (const auto word : words) {
      std::string folded;
      append_folded(word, folded);
      EXPECT_EQ(folded, word) << language;
    }
    EXPECT_TRUE(std::ranges::is_sorted(elided_articles(language))) << language;
  }
}

TEST(StopWords, english_has_the_33_of_lucene) { EXPECT_EQ(stop_words("english").size(), 33u); }

TEST(StopWords, an_unknown_language_has_none) {
  EXPECT_TRUE(stop_words("klingon").empty());
  EXPECT_TRUE(elided_articles("english").empty());
}

}  // namespace
}  // namespace vecstore::text
