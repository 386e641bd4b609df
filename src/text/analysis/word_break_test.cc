#include "text/analysis/word_break.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/random.h"

namespace vecstore::text {
namespace {

using testing::ElementsAre;

std::vector<std::string> words(const std::string& text) {
  std::vector<std::string> out;
  WordBreaker breaker(text);
  for (Span span; breaker.next(span);)
    out.push_back(text.substr(span.begin, span.end - span.begin));
  return out;
}

TEST(WordBreak, words_are_letters_and_digits) {
  EXPECT_THAT(words("The quick (brown) fox, 42 times!"),
              ElementsAre("The", "quick", "brown", "fox", "42", "times"));
  EXPECT_THAT(words(""), ElementsAre());
  EXPECT_THAT(words(" ... -- "), ElementsAre());
}

TEST(WordBreak, points_and_apostrophes_stay_inside_words) {
  EXPECT_THAT(words("can't 'quoted' m.i.t. end."), ElementsAre("can't", "quoted", "m.i.t", "end"));
  EXPECT_THAT(words("3.14 1,000 1,a a,b 3.x x.3"),
              ElementsAre("3.14", "1,000", "1", "a", "a", "b", "3", "x", "x", "3"));
  EXPECT_THAT(words("a:b l’eau"), ElementsAre("a:b", "l’eau"));
}

TEST(WordBreak, hyphens_and_slashes_divide) {
  EXPECT_THAT(words("wi-fi and/or a+b"), ElementsAre("wi", "fi", "and", "or", "a", "b"));
}

TEST(WordBreak, underscores_join_but_are_no_word) {
  EXPECT_THAT(words("foo_bar __init__ __ _1"), ElementsAre("foo_bar", "__init__", "_1"));
}

TEST(WordBreak, ideographs_stand_alone_and_katakana_run) {
  EXPECT_THAT(words("東京タワーへ行く"), ElementsAre("東", "京", "タワー", "へ", "行", "く"));
  EXPECT_THAT(words("abc東"), ElementsAre("abc", "東"));
}

TEST(WordBreak, scripts_without_spaces_are_one_run) {
  EXPECT_THAT(words("สวัสดี ชาวโลก"), ElementsAre("สวัสดี", "ชาวโลก"));
}

TEST(WordBreak, marks_belong_to_their_letter) {
  EXPECT_THAT(words("e\u0301te\u0301 हिन्दी"), ElementsAre("e\u0301te\u0301", "हिन्दी"));
}

TEST(WordBreak, an_emoji_is_a_word_with_all_that_is_joined_to_it) {
  EXPECT_THAT(words("ok🎉🎉 👩\u200d💻 👍🏽!"),
              ElementsAre("ok", "🎉", "🎉", "👩\u200d💻", "👍🏽"));
}

TEST(WordBreak, any_bytes_give_ordered_spans_within_the_text) {
  Random random(1);
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    const char* pieces[] = {"a",      "9",      ".", "'", "_", "\xff", "é", "東",
                            "\u0301", "\u200d", "👩", " ", "ก", "カ",   ":", ","};
    for (std::uint64_t n = random.below(12); n > 0; --n)
      text += pieces[random.below(std::size(pieces))];
    WordBreaker breaker(text);
    std::size_t last = 0;
    for (Span span; breaker.next(span);) {
      ASSERT_LE(last, span.begin);
      ASSERT_LT(span.begin, span.end);
      ASSERT_LE(span.end, text.size());
      last = span.end;
    }
  }
}

}  // namespace
}  // namespace vecstore::text
