#include "rag/answer/word_keys.h"

#include <gmock/gmock.h>

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(PlainWords, are_letters_and_digits_in_lower_case) {
  EXPECT_THAT(plain_words("It's 2.5 L, or 1,000 (ÖL); e.g. v1.2."),
              ElementsAre("it", "s", "2.5", "l", "or", "1000", "Öl", "e", "g", "v1.2"));
  EXPECT_THAT(plain_words(" ..., "), IsEmpty());
}

TEST(WordKeys, are_beginnings_of_words_and_whole_numbers) {
  EXPECT_THAT(word_keys("Filters and filtering of 12 by 2.5 oils, oil"),
              ElementsAre("12", "2.5", "filter", "oils"));
  EXPECT_EQ(word_key("aerodynamic"), "aerody");
  EXPECT_EQ(word_key("the"), "");
}

}  // namespace
}  // namespace vecstore
