#include "text/analysis/plain_tokenizers.h"

#include <gtest/gtest.h>

namespace vecstore::text {
namespace {

TEST(PlainTokenizers, length_of_an_ngram_text_is_its_places) {
  Tokens tokens;
  NgramTokenizer({.min = 1, .max = 3}).tokenize("abcd", tokens);
  EXPECT_EQ(tokens.size(), 9u);
  EXPECT_EQ(tokens.length, 4u);
}

TEST(PlainTokenizers, an_identifier_spans_its_parts) {
  Tokens tokens;
  CodeTokenizer().tokenize("x.openFile", tokens);
  ASSERT_EQ(tokens.size(), 4u);
  EXPECT_EQ(tokens[1].begin, 2u);
  EXPECT_EQ(tokens[1].end, 10u);
  EXPECT_EQ(tokens[3].begin, 6u);
  EXPECT_EQ(tokens.length, 3u);
}

}  // namespace
}  // namespace vecstore::text
