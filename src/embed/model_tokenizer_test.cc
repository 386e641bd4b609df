#include "embed/model_tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vecstore {
namespace {

using ::testing::ElementsAre;

// Pieces: ▁ 0, a 1, b 2, < 3, s 4, > 5.
ModelTokenizer make_tokenizer(TokenizerParts parts) {
  BpeParts model;
  for (const char* piece : {"▁", "a", "b", "<", "s", ">"}) {
    model.pieces.push_back({piece, static_cast<std::uint32_t>(model.pieces.size())});
  }
  return ModelTokenizer(BpeModel::make(model).value(), std::move(parts));
}

TEST(ModelTokenizer, normalises_in_order_and_leaves_empty_text_empty) {
  const auto tokenizer = make_tokenizer({.normalizer = {{"", "▁"}, {" ", "▁"}}});
  EXPECT_THAT(tokenizer.encode("a b"), ElementsAre(0, 1, 0, 2));
  EXPECT_THAT(tokenizer.encode(" "), ElementsAre(0, 0));
  EXPECT_THAT(tokenizer.encode(""), ElementsAre());
}

TEST(ModelTokenizer, replaces_without_looking_at_what_it_put_in) {
  const auto tokenizer = make_tokenizer({.normalizer = {{"a", "aab"}, {"bb", ""}}});
  EXPECT_THAT(tokenizer.encode("ab"), ElementsAre(1, 1));
  EXPECT_THAT(tokenizer.encode("bb"), ElementsAre());
}

TEST(ModelTokenizer, finds_added_tokens_before_it_normalises_each_stretch_between) {
  const auto tokenizer = make_tokenizer({.added = {{"<s>", 9}}, .normalizer = {{"", "▁"}}});
  EXPECT_THAT(tokenizer.encode("a<s>b"), ElementsAre(0, 1, 9, 0, 2));
  EXPECT_THAT(tokenizer.encode("<s><s>"), ElementsAre(9, 9));
  EXPECT_THAT(tokenizer.encode("<s"), ElementsAre(0, 3, 4));
  EXPECT_THAT(tokenizer.encode("<<s>>"), ElementsAre(0, 3, 9, 0, 5));
  EXPECT_EQ(tokenizer.id_limit(), 10u);
}

TEST(ModelTokenizer, takes_the_longest_of_the_leftmost_added_tokens) {
  const auto tokenizer =
      make_tokenizer({.added = {{"a", 7}, {"aab", 8}, {"b", 9}}, .normalizer = {}});
  EXPECT_THAT(tokenizer.encode("aaab"), ElementsAre(7, 8));
  EXPECT_THAT(tokenizer.encode("aabb"), ElementsAre(8, 9));
}

TEST(ModelTokenizer, adds_special_tokens_around_a_text_when_asked) {
  const auto tokenizer = make_tokenizer({.normalizer = {}, .prefix = {6, 7}, .suffix = {8}});
  EXPECT_THAT(tokenizer.encode("a"), ElementsAre(1));
  EXPECT_THAT(tokenizer.encode("a", SpecialTokens::kAdd), ElementsAre(6, 7, 1, 8));
  EXPECT_THAT(tokenizer.encode("", SpecialTokens::kAdd), ElementsAre(6, 7, 8));
  EXPECT_EQ(tokenizer.id_limit(), 9u);
}

}  // namespace
}  // namespace vecstore
