#include "text/search/highlight.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "base/utf8.h"
#include "text/syntax/parse_query.h"

namespace vecstore::text {
namespace {

// The text with [ ] around the spans.
std::string mark(std::string_view query, std::string_view text, const char* analyzer = "english",
                 std::string_view field = "text") {
  const Analyzer made = Analyzer::make(Value(analyzer)).value();
  std::string out(text);
  const auto spans = highlight(parse_text_query(query).value(), field, made, text);
  for (auto span = spans.rbegin(); span != spans.rend(); ++span) {
    out.insert(span->end, "]");
    out.insert(span->begin, "[");
  }
  return out;
}

TEST(Highlight, words_are_marked_in_the_form_they_have) {
  EXPECT_EQ(mark("run", "He runs, she was Running."), "He [runs], she was [Running].");
  EXPECT_EQ(mark("öl", "Altes ÖL, neues Öl"), "Altes [ÖL], neues [Öl]");
  EXPECT_EQ(mark("the", "the cat"), "the cat");
  EXPECT_EQ(mark("cat", ""), "");
}

TEST(Highlight, words_of_a_phrase_are_marked_where_the_phrase_is) {
  EXPECT_EQ(mark("\"red fox\"", "a fox, a red fox, red hens"), "a fox, a [red] [fox], red hens");
  EXPECT_EQ(mark("\"fox hens\"~2", "a fox and red hens"), "a [fox] and red [hens]");
  EXPECT_EQ(mark("+wi-fi", "fi wi wi fi"), "fi wi [wi] [fi]");
  EXPECT_EQ(mark("wi-fi", "fi wi"), "[fi] [wi]");
}

TEST(Highlight, prefixes_and_misspellings_mark_what_they_stand_for) {
  EXPECT_EQ(mark("op*", "open the operas, cope", "simple"), "[open] the [operas], cope");
  EXPECT_EQ(mark("serach~", "search and serve", "simple"), "[search] and serve");
}

TEST(Highlight, what_is_excluded_or_asked_of_another_field_is_not_marked) {
  EXPECT_EQ(mark("+fox -red title:hen text:egg", "red fox hen egg"), "red [fox] hen [egg]");
}

TEST(Highlight, parts_of_identifiers_and_n_grams_are_one_span) {
  EXPECT_EQ(mark("openFile", "call openFile()", "code"), "call [openFile]()");
  EXPECT_EQ(mark("file", "call openFile()", "code"), "call open[File]()");
}

TEST(Highlight, the_passage_has_the_most_different_words) {
  const std::string text =
      "fox fox fox at the beginning, then many other words that are not asked for, and at last a "
      "red fox in the snow that nobody has seen";
  const Analyzer simple = Analyzer::make(Value("simple")).value();
  const auto spans = highlight(parse_text_query("red fox").value(), "", simple, text);
  const TextSpan passage = best_passage(text, spans, 40);
  EXPECT_EQ(text.substr(passage.begin, passage.end - passage.begin),
            "and at last a red fox in the snow that");
  EXPECT_EQ(best_passage(text, {}, 12), (TextSpan{0, 11, 0}));
  EXPECT_EQ(best_passage("short", spans, 12), (TextSpan{0, 5, 0}));
}

TEST(Highlight, passages_of_any_text_lie_in_it_and_cut_no_character) {
  Random random(4);
  const Analyzer simple = Analyzer::make(Value("simple")).value();
  const auto query = parse_text_query("a öö 字 \"a a\"~3").value();
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (std::uint64_t i = random.below(60); i > 0; --i) {
      const char* const parts[] = {"a", "öö", "字", " ", "\n", "bb", "🦊"};
      text += parts[random.below(7)];
    }
    const auto spans = highlight(query, "", simple, text);
    std::uint32_t before = 0;
    for (const TextSpan& span : spans) {
      ASSERT_LE(before, span.begin);
      ASSERT_LT(span.begin, span.end);
      before = span.end;
    }
    ASSERT_LE(before, text.size());
    const auto bytes = static_cast<std::uint32_t>(4 + random.below(60));
    const TextSpan passage = best_passage(text, spans, bytes);
    ASSERT_LE(passage.begin, passage.end);
    ASSERT_LE(passage.end - passage.begin, bytes);
    ASSERT_TRUE(
        is_valid_utf8(std::string_view(text).substr(passage.begin, passage.end - passage.begin)))
        << text;
  }
}

}  // namespace
}  // namespace vecstore::text
