#include "embed/tokenizer/normalizers/normalizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vecstore {
namespace {

using ::testing::ElementsAre;

AlignedText normalized(const std::vector<NormalizerStep>& steps, std::string_view source) {
  AlignedText text, spare;
  text.assign(source, 0, source.size());
  normalize(steps, text, spare);
  return text;
}

std::string bert(BertNormalizer step, std::string_view source) {
  return normalized({with_table(step)}, source).text;
}

TEST(Normalizer, cleans_text_as_bert_does) {
  EXPECT_EQ(bert({}, "HÉllo\tWörld\x01!\u200B"), "hello world!");
  EXPECT_EQ(bert({}, std::string_view("a\0b\u00A0c", 6)), "ab c");
  EXPECT_EQ(bert({}, "a中b"), "a 中 b");
  EXPECT_EQ(bert({.lowercase = false}, "É中"), "E 中 ");
  EXPECT_EQ(bert({.strip_accents = false}, "É"), "é");
  EXPECT_EQ(bert({.clean_text = false, .separate_ideographs = false}, "A\t中"), "a\t中");
  EXPECT_EQ(bert({.strip_accents = false}, "İ"), "i\u0307");
}

TEST(Normalizer, gives_what_bert_puts_in_the_place_of_its_ideograph) {
  EXPECT_THAT(normalized({with_table({})}, "中").places,
              ElementsAre(Place{0, 3}, Place{0, 3}, Place{0, 3}, Place{0, 3}, Place{0, 3}));
}

// U+1D165 is a mark that is kept, and sorted among those that go: the long way round.
TEST(Normalizer, sorts_marks_before_it_takes_accents_off) {
  const AlignedText text = normalized({with_table({})}, "a\u0301\U0001D165b");
  EXPECT_EQ(text.text, "a\U0001D165b");
  EXPECT_EQ(text.places[1], (Place{1, 3}));  // the place of the mark it was sorted before
}

TEST(Normalizer, does_each_step_in_order) {
  EXPECT_EQ(normalized({Lowercase()}, "ΣİA").text, "σi\u0307a");
  EXPECT_EQ(normalized({StripAccents()}, "e\u0301é").text, "eé");
  EXPECT_EQ(normalized({NormalForm::kNfd, StripAccents()}, "e\u0301é").text, "ee");
  EXPECT_EQ(normalized({Nmt()}, "a\x01\tb\u200B").text, "a b ");
  EXPECT_EQ(normalized({MapBytes()}, "a é").text, "aĠÃ©");
  EXPECT_EQ(normalized({Strip{true, false}}, " \u3000a ").text, "a ");
  EXPECT_EQ(normalized({Strip{false, true}}, " a \u3000").text, " a");
  EXPECT_EQ(normalized({Strip()}, " \n").text, "");
  EXPECT_EQ(normalized({Prepend{"▁"}, Replace{Pattern::literal(" "), "▁"}}, "a b").text, "▁a▁b");
  EXPECT_EQ(normalized({Prepend{"▁"}}, "").text, "");
}

TEST(Normalizer, replaces_without_looking_at_what_it_put_in) {
  const Replace twice{Pattern::literal("a"), "aa"};
  const AlignedText text = normalized({twice}, "xab");
  EXPECT_EQ(text.text, "xaab");
  EXPECT_THAT(text.places, ElementsAre(Place{0, 1}, Place{1, 2}, Place{1, 2}, Place{2, 3}));
  EXPECT_EQ(normalized({Replace{Pattern::regex(" {2,}").value(), "_"}}, "a  b c   ").text,
            "a_b c_");
}

// Each step makes 16 bytes of one: without a limit a text of one byte would be 16^5 bytes.
TEST(Normalizer, cannot_be_made_to_blow_a_text_up) {
  const Replace more{Pattern::literal("a"), "aaaaaaaaaaaaaaaa"};
  const std::vector<NormalizerStep> steps(5, more);
  EXPECT_LE(normalized(steps, "a").text.size(), kMaxGrowth * 129 + 16);
}

}  // namespace
}  // namespace vecstore
