#include "embed/tokenizer/unicode/normal_forms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vecstore {
namespace {

using ::testing::ElementsAre;

AlignedText in_form(std::string_view source, NormalForm form) {
  AlignedText from, to;
  from.assign(source, 0, source.size());
  normalize(from, form, to);
  return to;
}

TEST(NormalForms, are_those_of_the_standard) {
  EXPECT_EQ(in_form("é", NormalForm::kNfd).text, "e\u0301");
  EXPECT_EQ(in_form("xe\u0301y", NormalForm::kNfc).text, "xéy");
  EXPECT_EQ(in_form("ﬁ①", NormalForm::kNfc).text, "ﬁ①");
  EXPECT_EQ(in_form("ﬁ①", NormalForm::kNfkc).text, "fi1");
  EXPECT_EQ(in_form("ǆ", NormalForm::kNfkd).text, "dz\u030C");
  EXPECT_EQ(in_form("각", NormalForm::kNfd).text, "\u1100\u1161\u11A8");
  EXPECT_EQ(in_form("\u1100\u1161\u11A8", NormalForm::kNfc).text, "각");
  EXPECT_EQ(in_form("\u0958", NormalForm::kNfc).text, "\u0915\u093C");  // never composed
  EXPECT_EQ(in_form("\u0301", NormalForm::kNfc).text, "\u0301");
  EXPECT_EQ(in_form("", NormalForm::kNfkc).text, "");
}

TEST(NormalForms, sort_marks_and_compose_over_those_of_a_lower_class) {
  EXPECT_EQ(in_form("a\u0301\u0323", NormalForm::kNfd).text, "a\u0323\u0301");
  EXPECT_EQ(in_form("a\u0301\u0327\u0323", NormalForm::kNfc).text, "\u1EA1\u0327\u0301");
  EXPECT_EQ(in_form("a\u0301\u0301", NormalForm::kNfc).text, "á\u0301");
}

TEST(NormalForms, keep_the_place_of_the_character_that_a_composition_begins_with) {
  EXPECT_THAT(in_form("e\u0301x", NormalForm::kNfc).places,
              ElementsAre(Place{0, 1}, Place{0, 1}, Place{3, 4}));
  EXPECT_THAT(in_form("éx", NormalForm::kNfd).places,
              ElementsAre(Place{0, 2}, Place{0, 2}, Place{0, 2}, Place{2, 3}));
}

// Would take minutes if time grew with the square of a run of marks.
TEST(NormalForms, sort_a_million_marks) {
  std::string text = "a";
  for (int i = 0; i < 500'000; ++i) text += i % 2 ? "\u0301" : "\u0323";
  EXPECT_EQ(in_form(text, NormalForm::kNfc).text.size(), text.size());
}

}  // namespace
}  // namespace vecstore
