#include "rag/splitters/sentences.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

using Texts = std::vector<std::string>;

Texts sentences(std::string_view text) {
  Texts out;
  for (TextSpan span : find_sentences(text, {0, text.size()})) out.emplace_back(span.of(text));
  return out;
}

TEST(Sentences, marks_before_white_space_end_one) {
  EXPECT_EQ(sentences("The log is read first. Then it opens! Does it?  Yes… It does."),
            (Texts{"The log is read first.", "Then it opens!", "Does it?", "Yes…", "It does."}));
}

TEST(Sentences, quotes_and_brackets_go_with_their_sentence) {
  EXPECT_EQ(sentences("He said “stop.” Then (it ended.) “Good!” A..."),
            (Texts{"He said “stop.”", "Then (it ended.)", "“Good!”", "A..."}));
}

TEST(Sentences, abbreviations_initials_and_numbers_do_not_end_one) {
  for (const char* text :
       {"See e.g. Smith for it.", "Dr. Jones and J. Smith agree.", "It is 3.14 or v2.0 now.",
        "Use vecstore.h for that.", "It costs approx. Five euros.",
        "The U.S. Army, cf. Fig. 3 there.", "Wait... what is it.", "A file.txt here."}) {
    EXPECT_EQ(sentences(text), (Texts{text}));
  }
}

TEST(Sentences, a_stop_before_a_small_letter_does_not_end_one) {
  EXPECT_EQ(sentences("The option no. stays. и так. Да."),
            (Texts{"The option no. stays. и так.", "Да."}));
}

TEST(Sentences, an_empty_line_ends_one_and_a_line_end_does_not) {
  EXPECT_EQ(sentences("A heading\n\nText goes\non. \r\n \r\nNext"),
            (Texts{"A heading", "Text goes\non.", "Next"}));
}

TEST(Sentences, full_width_marks_need_no_space) {
  EXPECT_EQ(sentences("日本語です。「はい。」次！"), (Texts{"日本語です。", "「はい。」", "次！"}));
}

TEST(Sentences, only_the_given_run_is_looked_at) {
  std::string_view text = "One. Two. Three.";
  auto spans = find_sentences(text, {5, 9});
  ASSERT_EQ(spans.size(), 1u);
  EXPECT_EQ(spans[0], (TextSpan{5, 9}));
  EXPECT_TRUE(find_sentences(text, {4, 5}).empty());
}

}  // namespace
}  // namespace vecstore
