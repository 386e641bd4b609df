#include "text/analysis/word_tokenizer.h"

#include <gtest/gtest.h>

namespace vecstore::text {
namespace {

TEST(WordTokenizer, a_part_of_a_word_is_folded_but_not_stemmed) {
  const WordTokenizer english({.language = "english"});
  EXPECT_EQ(english.normalize("Running"), "running");
  const WordTokenizer plain({.fold_accents = true});
  EXPECT_EQ(plain.normalize("Éco"), "eco");
}

TEST(WordTokenizer, version_tells_stemmed_from_not) {
  EXPECT_NE(WordTokenizer({.language = "english"}).version(),
            WordTokenizer({.language = "english", .stemming = false}).version());
}

}  // namespace
}  // namespace vecstore::text
