#include "embed/tokenizer/unicode/unicode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vecstore::unicode {
namespace {

using ::testing::ElementsAre;

// Characters that the Unicode versions of the reference disagree about, and the corners of tables.
TEST(Unicode, knows_what_the_reference_knows_of_each_character) {
  EXPECT_TRUE(traits('!') & kPunctuation);
  EXPECT_TRUE(traits('$') & kPunctuation);  // a symbol, but ASCII
  EXPECT_FALSE(traits(U'€') & kPunctuation);
  EXPECT_TRUE(traits(U'。') & kPunctuation);
  EXPECT_TRUE(traits(0x3000) & kBlank);
  EXPECT_FALSE(traits(0x200B) & kBlank);
  EXPECT_TRUE(traits(0x200B) & kOther);
  EXPECT_TRUE(traits(U'½') & kNumeric);
  EXPECT_TRUE(traits(0x301) & kNonspacing);
  EXPECT_TRUE(traits(0x903) & kMark);
  EXPECT_FALSE(traits(0x903) & kNonspacing);
  EXPECT_EQ(category(traits('A')), Category::kLu);
  EXPECT_EQ(category(traits(U'中')), Category::kLo);
  EXPECT_EQ(category(traits(0x10FFFF)), Category::kNone);
  EXPECT_EQ(grapheme(traits(0xAC00)), Grapheme::kLv);
  EXPECT_EQ(grapheme(traits(0xAC01)), Grapheme::kLvt);
  EXPECT_EQ(combining_class(traits(0x323)), 220u);
}

TEST(Unicode, decomposes_composes_and_makes_small) {
  EXPECT_THAT(canonical(U'ấ'), ElementsAre(U'a', 0x302, 0x301));
  EXPECT_THAT(compatible(U'ﬃ'), ElementsAre(U'f', U'f', U'i'));
  EXPECT_THAT(lower(U'İ'), ElementsAre(U'i', 0x307));
  EXPECT_THAT(lower(0x1C89), ElementsAre(0x1C8A));  // of Unicode 16
  EXPECT_EQ(compose('e', 0x301), U'é');
  EXPECT_EQ(compose(0x1100, 0x1161), 0xAC00u);
  EXPECT_EQ(compose(0xAC00, 0x11A8), 0xAC01u);
  EXPECT_EQ(compose(0xAC01, 0x11A8), 0u);
  EXPECT_EQ(compose(0x915, 0x93C), 0u);  // excluded from composition
  EXPECT_EQ(compose('a', 'b'), 0u);
}

TEST(Unicode, reads_invalid_bytes_as_one_replacement_each) {
  EXPECT_EQ(character_at("a", 0).value, U'a');
  EXPECT_EQ(character_at("xé", 1).size, 2u);
  EXPECT_EQ(character_at("\xC3", 0).value, 0xFFFDu);
  EXPECT_EQ(character_at("\xFF", 0).size, 1u);
}

}  // namespace
}  // namespace vecstore::unicode
