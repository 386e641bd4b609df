#include "embed/tokenizer/model_tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vecstore/limits.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Item = TokenTemplate::Item;

// Pieces: ▁ 0, a 1, b 2, < 3, s 4, > 5.
ModelTokenizer make_tokenizer(TokenizerParts parts) {
  BpeParts model;
  for (const char* piece : {"▁", "a", "b", "<", "s", ">"}) {
    model.pieces.push_back({piece, static_cast<std::uint32_t>(model.pieces.size())});
  }
  return ModelTokenizer(BpeModel::make(model).value(), std::move(parts));
}

// [6] first [7] second [7], where the second's tokens have type 1.
PostProcessor make_post() {
  PostProcessor post;
  post.single.items = {{Item::kSpecial, 6, 0}, {Item::kFirst, 0, 0}, {Item::kSpecial, 7, 0}};
  post.pair = post.single;
  post.pair->items.push_back({Item::kSecond, 0, 1});
  post.pair->items.push_back({Item::kSpecial, 7, 1});
  return post;
}

ModelTokenizer make_pair_tokenizer() { return make_tokenizer({.post = make_post()}); }

NormalizerStep replace(std::string_view pattern, std::string text) {
  return Replace{Pattern::literal(pattern), std::move(text)};
}

TEST(ModelTokenizer, normalises_in_order_and_leaves_empty_text_empty) {
  const auto tokenizer = make_tokenizer({.normalizer = {Prepend{"▁"}, replace(" ", "▁")}});
  EXPECT_THAT(tokenizer.encode("a b"), ElementsAre(0, 1, 0, 2));
  EXPECT_THAT(tokenizer.encode(" "), ElementsAre(0, 0));
  EXPECT_THAT(tokenizer.encode(""), ElementsAre());
}

TEST(ModelTokenizer, finds_added_tokens_before_it_normalises_each_stretch_between) {
  const auto tokenizer = make_tokenizer({.added = {{"<s>", 9}}, .normalizer = {Prepend{"▁"}}});
  EXPECT_THAT(tokenizer.encode("a<s>b"), ElementsAre(0, 1, 9, 0, 2));
  EXPECT_THAT(tokenizer.encode("<s><s>"), ElementsAre(9, 9));
  EXPECT_THAT(tokenizer.encode("<s"), ElementsAre(0, 3, 4));
  EXPECT_THAT(tokenizer.encode("<<s>>"), ElementsAre(0, 3, 9, 0, 5));
  EXPECT_EQ(tokenizer.id_limit(), 10u);
}

TEST(ModelTokenizer, finds_normalised_added_tokens_in_what_was_normalised) {
  const auto tokenizer =
      make_tokenizer({.added = {{.text = "SS", .id = 9, .normalized = true}, {"S", 8}},
                      .normalizer = {Lowercase()}});
  EXPECT_THAT(tokenizer.encode("assb"), ElementsAre(1, 9, 2));
  EXPECT_THAT(tokenizer.encode("asS"), ElementsAre(1, 4, 8));
  const auto encoding = tokenizer.encode_with_spans("assb");
  EXPECT_THAT(encoding->spans, ElementsAre(Place{0, 1}, Place{1, 3}, Place{3, 4}));
}

TEST(ModelTokenizer, says_where_each_token_stands_in_the_source) {
  const auto tokenizer = make_tokenizer({.added = {{"<s>", 9}},
                                         .normalizer = {replace("é", "ab"), Prepend{"▁"}},
                                         .post = make_post()});
  const auto encoding = tokenizer.encode_with_spans("bé<s>a");
  ASSERT_TRUE(encoding.ok());
  EXPECT_THAT(encoding->ids, ElementsAre(6, 0, 2, 1, 2, 9, 0, 1, 7));
  EXPECT_THAT(encoding->spans,
              ElementsAre(Place{0, 0}, Place{0, 1}, Place{0, 1}, Place{1, 3}, Place{1, 3},
                          Place{3, 6}, Place{6, 7}, Place{6, 7}, Place{0, 0}));
  EXPECT_THAT(encoding->special, ElementsAre(1, 0, 0, 0, 0, 0, 0, 0, 1));
}

TEST(ModelTokenizer, adds_special_tokens_around_a_text_when_asked) {
  const auto tokenizer = make_pair_tokenizer();
  EXPECT_THAT(tokenizer.encode("a"), ElementsAre(1));
  EXPECT_THAT(tokenizer.encode("a", SpecialTokens::kAdd), ElementsAre(6, 1, 7));
  EXPECT_THAT(tokenizer.encode("", SpecialTokens::kAdd), ElementsAre(6, 7));
  EXPECT_EQ(tokenizer.id_limit(), 8u);
}

TEST(ModelTokenizer, puts_two_texts_together_with_their_types) {
  const auto encoding = make_pair_tokenizer().encode_pair("ab", "b");
  ASSERT_TRUE(encoding.ok());
  EXPECT_THAT(encoding->ids, ElementsAre(6, 1, 2, 7, 2, 7));
  EXPECT_THAT(encoding->type_ids, ElementsAre(0, 0, 0, 0, 1, 1));
  EXPECT_THAT(encoding->spans, ElementsAre(Place{0, 0}, Place{0, 1}, Place{1, 2}, Place{0, 0},
                                           Place{0, 1}, Place{0, 0}));
  const auto bare = make_pair_tokenizer().encode_pair("ab", "b", {.special = SpecialTokens::kOmit});
  EXPECT_THAT(bare->ids, ElementsAre(1, 2, 2));
  EXPECT_THAT(bare->type_ids, ElementsAre(0, 0, 1));

  auto post = make_post();
  post.pair.reset();
  const auto refused = make_tokenizer({.post = post}).encode_pair("a", "b");
  EXPECT_THAT(refused.status().message(), HasSubstr("no template for two texts"));
}

TEST(ModelTokenizer, cuts_texts_at_their_end_to_a_number_of_tokens) {
  const auto tokenizer = make_pair_tokenizer();
  const auto single = [&](std::size_t most) {
    return tokenizer.encode_with_spans("abab", {.max_tokens = most})->ids;
  };
  EXPECT_THAT(single(4), ElementsAre(6, 1, 2, 7));
  EXPECT_THAT(single(2), ElementsAre(6, 7));
  EXPECT_EQ(single(6).size(), 6u);
  EXPECT_EQ(single(100).size(), 6u);
  const auto refused = tokenizer.encode_with_spans("a", {.max_tokens = 1});
  EXPECT_THAT(refused.status().message(), HasSubstr("no room for 2 special"));
}

TEST(ModelTokenizer, cuts_the_longer_of_two_texts_first_or_only_the_second) {
  const auto tokenizer = make_pair_tokenizer();
  const auto ids = [&](std::string_view first, std::string_view second, EncodeOptions options) {
    return tokenizer.encode_pair(first, second, options)->ids;
  };
  EXPECT_THAT(ids("aaaa", "b", {.max_tokens = 6}), ElementsAre(6, 1, 1, 7, 2, 7));
  EXPECT_THAT(ids("aaaa", "bbbb", {.max_tokens = 8}), ElementsAre(6, 1, 1, 7, 2, 2, 2, 7));
  EXPECT_THAT(ids("aaaaa", "bbbb", {.max_tokens = 8}), ElementsAre(6, 1, 1, 1, 7, 2, 2, 7));
  EXPECT_THAT(ids("a", "b", {.max_tokens = 3}), ElementsAre(6, 7, 7));
  const EncodeOptions second{.max_tokens = 6, .truncation = Truncation::kOnlySecond};
  EXPECT_THAT(ids("aa", "bbbb", second), ElementsAre(6, 1, 1, 7, 2, 7));
  EXPECT_THAT(tokenizer.encode_pair("aaa", "b", second).status().message(),
              HasSubstr("leaves none of 3"));
}

TEST(ModelTokenizer, leaves_blanks_out_of_spans_where_the_post_processor_says_so) {
  BpeParts model;
  for (const char* piece : {"Ġ", "a", "Ġa"}) {
    model.pieces.push_back({piece, static_cast<std::uint32_t>(model.pieces.size())});
  }
  model.merges = {{"Ġ", "a"}};
  TokenizerParts parts{.added = {{" \u3000x", 3}}, .splitters = {ByteLevelSplit{}}};
  parts.pieces = model.pieces;
  parts.post.trims = {false};
  const ModelTokenizer tokenizer(BpeModel::make(model).value(), parts);
  const auto encoding = tokenizer.encode_with_spans(" a a  \u3000x");
  EXPECT_THAT(encoding->ids, ElementsAre(2, 2, 0, 3));
  EXPECT_THAT(encoding->spans, ElementsAre(Place{1, 2}, Place{3, 4}, Place{5, 5}, Place{9, 10}));
  parts.post.trims = {true};
  const ModelTokenizer keeps(BpeModel::make(model).value(), parts);
  EXPECT_EQ(keeps.encode_with_spans(" a a")->spans[0], (Place{0, 2}));
}

TEST(ModelTokenizer, refuses_texts_that_are_no_texts) {
  const auto tokenizer = make_pair_tokenizer();
  EXPECT_THAT(tokenizer.encode_with_spans("a\xFF").status().message(), HasSubstr("byte 1"));
  EXPECT_THAT(tokenizer.encode_pair("a", "\xC3").status().message(), HasSubstr("byte 0"));
  const std::string long_text(kMaxTextBytes + 1, 'a');
  EXPECT_THAT(tokenizer.encode_with_spans(long_text).status().message(), HasSubstr("the limit is"));
  EXPECT_THAT(tokenizer.encode_with_spans(std::string_view("a\0b", 3))->ids,
              ElementsAre(6, 1, 2, 7));
  EXPECT_THAT(tokenizer.encode_with_spans("", {.special = SpecialTokens::kOmit})->ids, IsEmpty());
}

}  // namespace
}  // namespace vecstore
