#include "embed/tokenizer/models/wordpiece_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Ids in order from 0.
WordPieceParts make_parts(const std::vector<std::string>& pieces) {
  WordPieceParts parts;
  for (const std::string& piece : pieces) {
    parts.pieces.push_back({piece, static_cast<std::uint32_t>(parts.pieces.size())});
  }
  return parts;
}

std::vector<Token> encode(const WordPieceParts& parts, std::string_view word) {
  std::vector<Token> tokens;
  WordPieceModel::make(parts).value().encode(word, tokens);
  return tokens;
}

TEST(WordPieceModel, takes_the_longest_piece_each_time) {
  const auto parts = make_parts({"[UNK]", "un", "unaff", "##aff", "##able", "##ord"});
  EXPECT_THAT(encode(parts, "unaffable"), ElementsAre(Token{2, 0, 5}, Token{4, 5, 9}));
  EXPECT_THAT(encode(parts, "unord"), ElementsAre(Token{1, 0, 2}, Token{5, 2, 5}));
}

TEST(WordPieceModel, makes_a_word_unknown_as_a_whole) {
  const auto parts = make_parts({"[UNK]", "un", "##ord", "é"});
  EXPECT_THAT(encode(parts, "unorderly"), ElementsAre(Token{0, 0, 9}));
  EXPECT_THAT(encode(parts, "x"), ElementsAre(Token{0, 0, 1}));
  EXPECT_THAT(encode(parts, "é"), ElementsAre(Token{3, 0, 2}));
  EXPECT_THAT(encode(parts, "ord"), ElementsAre(Token{0, 0, 3}));
}

TEST(WordPieceModel, counts_characters_not_bytes_for_the_longest_word) {
  auto parts = make_parts({"[UNK]", "é", "##é"});
  parts.max_characters = 2;
  EXPECT_THAT(encode(parts, "éé"), ElementsAre(Token{1, 0, 2}, Token{2, 2, 4}));
  EXPECT_THAT(encode(parts, "ééé"), ElementsAre(Token{0, 0, 6}));
}

TEST(WordPieceModel, refuses_a_vocabulary_without_the_unknown_piece) {
  const auto refused = WordPieceModel::make(make_parts({"a"}));
  EXPECT_THAT(refused.status().message(), HasSubstr("'[UNK]' is not a piece"));
}

}  // namespace
}  // namespace vecstore
