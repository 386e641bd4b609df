#include "embed/tokenizer/splitters/pre_tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vecstore {
namespace {

SplitText cut(const std::vector<PreTokenizer>& steps, std::string_view source) {
  SplitText text, spare;
  text.text.assign(source, 0, source.size());
  text.pieces = {{0, static_cast<std::uint32_t>(source.size())}};
  split(steps, text, spare);
  return text;
}

// The pieces with | between them.
std::string pieces(const std::vector<PreTokenizer>& steps, std::string_view source) {
  const SplitText text = cut(steps, source);
  std::string out;
  for (const Piece& piece : text.pieces) {
    if (!out.empty()) out += '|';
    out += text.text.text.substr(piece.begin, piece.end - piece.begin);
  }
  return out;
}

TEST(PreTokenizer, cuts_as_bert_does) {
  EXPECT_EQ(pieces({BertSplit()}, " Hello, world!? "), "Hello|,|world|!|?");
  EXPECT_EQ(pieces({BertSplit()}, "a\u3000b。c"), "a|b|。|c");
}

TEST(PreTokenizer, cuts_at_blanks_words_digits_and_characters) {
  EXPECT_EQ(pieces({BlankSplit()}, " a  b."), "a|b.");
  EXPECT_EQ(pieces({WordSplit()}, "a_1 é.. x!"), "a_1|é|..|x|!");
  EXPECT_EQ(pieces({DigitSplit{false}}, "a12b3½"), "a|12|b|3½");
  EXPECT_EQ(pieces({DigitSplit{true}}, "a12b"), "a|1|2|b");
  EXPECT_EQ(pieces({CharacterSplit{'-'}}, "a--b-"), "a|b");
}

// The example in the reference's documentation.
TEST(PreTokenizer, does_with_matches_what_is_asked) {
  const auto at_dash = [](SplitBehavior behavior) {
    return pieces({PatternSplit{Pattern::literal("-"), behavior}}, "the-final--countdown");
  };
  EXPECT_EQ(at_dash(SplitBehavior::kRemoved), "the|final|countdown");
  EXPECT_EQ(at_dash(SplitBehavior::kIsolated), "the|-|final|-|-|countdown");
  EXPECT_EQ(at_dash(SplitBehavior::kMergedWithPrevious), "the-|final-|-|countdown");
  EXPECT_EQ(at_dash(SplitBehavior::kMergedWithNext), "the|-final|-|-countdown");
  EXPECT_EQ(at_dash(SplitBehavior::kContiguous), "the|-|final|--|countdown");
  EXPECT_EQ(pieces({PatternSplit{Pattern::literal("-"), SplitBehavior::kRemoved, true}}, "a-b-"),
            "-|-");
  EXPECT_EQ(pieces({PunctuationSplit()}, "a.$b"), "a|.|$|b");
}

TEST(PreTokenizer, makes_spaces_visible) {
  EXPECT_EQ(pieces({Metaspace()}, "a b  c"), "▁a|▁b|▁|▁c");
  EXPECT_EQ(pieces({Metaspace{.split = false}}, "a b"), "▁a▁b");
  EXPECT_EQ(pieces({Metaspace{.prepend = Metaspace::kNever}}, "a b"), "a|▁b");
  EXPECT_EQ(pieces({BlankSplit(), Metaspace()}, " a b"), "▁a|▁b");
  EXPECT_EQ(pieces({BlankSplit(), Metaspace{.prepend = Metaspace::kFirst}}, "a b"), "▁a|b");
  EXPECT_EQ(pieces({Metaspace()}, "▁a"), "▁a");
}

TEST(PreTokenizer, gives_what_it_puts_in_the_place_of_the_character_after_it) {
  const SplitText text = cut({Metaspace()}, "éa");
  ASSERT_EQ(text.text.text, "▁éa");
  EXPECT_EQ(text.text.places[0], (Place{0, 2}));
  EXPECT_EQ(text.text.places[3], (Place{0, 2}));
  EXPECT_EQ(text.text.places[5], (Place{2, 3}));
}

TEST(PreTokenizer, writes_bytes_as_characters) {
  ByteLevelSplit step{true, {Pattern::regex(known_patterns()[0]).value()}, true};
  EXPECT_EQ(pieces({step}, "é b"), "ĠÃ©|Ġb");
  step.maps = false;
  EXPECT_EQ(pieces({step}, "é b"), " é| b");
  step.pattern.clear();
  EXPECT_EQ(pieces({step}, " é b"), " é b");
}

}  // namespace
}  // namespace vecstore
