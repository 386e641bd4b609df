#include "embed/tokenizer/models/bpe_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/random.h"
#include "base/utf8.h"
#include "embed/tokenizer/text/aligned_text.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Ids = std::vector<std::uint32_t>;
using Merges = std::vector<std::pair<std::string, std::string>>;

// Pieces get the ids 0, 1, 2, …
BpeParts make_parts(const std::vector<std::string>& pieces, Merges merges = {}) {
  BpeParts parts;
  for (const std::string& piece : pieces) {
    parts.pieces.push_back({piece, static_cast<std::uint32_t>(parts.pieces.size())});
  }
  parts.merges = std::move(merges);
  return parts;
}

Ids ids_of(const std::vector<Token>& tokens) {
  Ids ids;
  for (const Token& token : tokens) ids.push_back(token.id);
  return ids;
}

Ids encode(const BpeParts& parts, std::string_view text) {
  const auto model = BpeModel::make(parts);
  EXPECT_TRUE(model.ok()) << model.status().to_string();
  std::vector<Token> tokens;
  if (model.ok()) model->encode(text, tokens);
  return ids_of(tokens);
}

std::vector<Token> tokens_of(const BpeParts& parts, std::string_view text) {
  std::vector<Token> tokens;
  BpeModel::make(parts).value().encode(text, tokens);
  return tokens;
}

TEST(BpeModel, merges_the_pair_whose_rule_ranks_first) {
  const BpeParts parts = make_parts({"a", "b", "c", "ab", "bc"}, {{"b", "c"}, {"a", "b"}});
  EXPECT_THAT(encode(parts, "abc"), ElementsAre(0, 4));
}

TEST(BpeModel, merges_the_leftmost_of_equal_pairs) {
  EXPECT_THAT(encode(make_parts({"a", "aa"}, {{"a", "a"}}), "aaaaa"), ElementsAre(1, 1, 0));
}

TEST(BpeModel, merges_what_was_merged) {
  const BpeParts parts = make_parts({"a", "b", "ab", "abab"}, {{"a", "b"}, {"ab", "ab"}});
  EXPECT_THAT(encode(parts, "ababab"), ElementsAre(3, 2));
}

TEST(BpeModel, a_later_rule_for_the_same_pair_replaces_the_first) {
  const BpeParts parts =
      make_parts({"a", "b", "c", "ab", "bc"}, {{"a", "b"}, {"b", "c"}, {"a", "b"}});
  EXPECT_THAT(encode(parts, "abc"), ElementsAre(0, 4));
}

TEST(BpeModel, falls_back_to_bytes_then_to_the_unknown_piece_then_to_nothing) {
  BpeParts parts = make_parts({"a", "?", "<0xC3>", "<0xA9>"});
  EXPECT_THAT(encode(parts, "aéa"), ElementsAre(0, 0));
  parts.unknown = "?";
  EXPECT_THAT(encode(parts, "aéa"), ElementsAre(0, 1, 0));
  parts.byte_fallback = true;
  EXPECT_THAT(encode(parts, "aéa"), ElementsAre(0, 2, 3, 0));
  EXPECT_THAT(encode(parts, "aèa"), ElementsAre(0, 1, 0));  // no piece for its second byte
}

TEST(BpeModel, fuses_unknown_characters_only_when_told_to) {
  BpeParts parts = make_parts({"a", "?"});
  parts.unknown = "?";
  EXPECT_THAT(encode(parts, "xyaz"), ElementsAre(1, 1, 0, 1));
  parts.fuse_unknown = true;
  EXPECT_THAT(encode(parts, "xyaz"), ElementsAre(1, 0, 1));
}

TEST(BpeModel, says_which_bytes_each_token_stands_for) {
  BpeParts parts = make_parts({"a", "b", "ab", "?", "<0xC3>", "<0xA9>"}, {{"a", "b"}});
  parts.unknown = "?";
  parts.byte_fallback = true;
  EXPECT_THAT(tokens_of(parts, "abéxy"), ElementsAre(Token{2, 0, 2}, Token{4, 2, 3}, Token{5, 3, 4},
                                                     Token{3, 4, 5}, Token{3, 5, 6}));
}

TEST(BpeModel, takes_a_text_that_is_a_piece_whole_only_where_merges_do_not_count) {
  BpeParts parts = make_parts({"a", "b", "c", "abc", "ab"}, {{"a", "b"}});
  EXPECT_THAT(encode(parts, "abc"), ElementsAre(4, 2));
  parts.ignore_merges = true;
  EXPECT_THAT(encode(parts, "abc"), ElementsAre(3));
  EXPECT_THAT(encode(parts, "abca"), ElementsAre(4, 2, 0));

  // Whole means the whole text, not a run of it.
  parts = make_parts({"a", "b", "c", "ab", "bc", "abc", "x"}, {{"b", "c"}, {"a", "b"}});
  parts.ignore_merges = true;
  EXPECT_THAT(encode(parts, "abcx"), ElementsAre(0, 4, 6));
}

// The 256 characters that stand for bytes, then "Ġ" "a" as one.
BpeParts make_byte_parts() {
  std::vector<std::string> pieces;
  for (unsigned byte = 0; byte < 256; ++byte) {
    append_utf8(pieces.emplace_back(), byte_character(static_cast<unsigned char>(byte)));
  }
  pieces.push_back("Ġa");
  return make_parts(pieces, {{"Ġ", "a"}});
}

TEST(BpeModel, takes_bytes_where_each_has_a_piece) {
  BpeParts parts = make_byte_parts();
  EXPECT_TRUE(can_take_bytes(parts));
  EXPECT_THAT(encode(parts, "Ġa"), ElementsAre(256));
  parts.bare_bytes = true;
  EXPECT_THAT(encode(parts, " a"), ElementsAre(256));
  EXPECT_THAT(encode(parts, " ab\xC3\xA9"), ElementsAre(256, 'b', 0xC3, 0xA9));
  parts.pieces[0xC0].text = "x";  // never in UTF-8
  EXPECT_TRUE(can_take_bytes(parts));
  parts.pieces[0xC3].text = "y";
  EXPECT_FALSE(can_take_bytes(parts));
}

TEST(BpeModel, refuses_a_vocabulary_it_cannot_trust) {
  const auto refusal = [](const BpeParts& parts) {
    return BpeModel::make(parts).status().message();
  };
  EXPECT_THAT(refusal(make_parts({"a", "a"})), HasSubstr("given twice"));
  BpeParts same_id = make_parts({"a", "b"});
  same_id.pieces[1].id = 0;
  EXPECT_THAT(refusal(same_id), HasSubstr("id 0 of piece 'b' is given twice"));
  BpeParts high_id = make_parts({"a"});
  high_id.pieces[0].id = kMaxVocabulary;
  EXPECT_THAT(refusal(high_id), HasSubstr("the limit is 1048575"));
  BpeParts unknown = make_parts({"a"});
  unknown.unknown = "?";
  EXPECT_THAT(refusal(unknown), HasSubstr("unknown piece '?'"));
  EXPECT_THAT(refusal(make_parts({"a", "b"}, {{"a", "b"}})), HasSubstr("merge 0 of 'a' and 'b'"));
  EXPECT_THAT(refusal(make_parts({"a", "ab"}, {{"a", "b"}})), HasSubstr("merge 0 of 'a' and 'b'"));
  EXPECT_THAT(refusal(make_parts({"", "a"}, {{"", "a"}})), HasSubstr("merge 0 has an empty piece"));
}

TEST(BpeModel, works_with_no_pieces_and_no_text) {
  EXPECT_THAT(encode(make_parts({}), "abc"), ElementsAre());
  EXPECT_THAT(encode(make_parts({"a"}), ""), ElementsAre());
}

// The definition, quadratic: look at every pair, merge the best one, start again.
Ids encode_naively(const BpeParts& parts, std::string_view text) {
  std::map<std::string, std::uint32_t> ids;
  for (const VocabularyPiece& piece : parts.pieces) ids[piece.text] = piece.id;
  std::map<std::pair<std::string, std::string>, std::size_t> ranks;
  for (std::size_t i = 0; i < parts.merges.size(); ++i) ranks[parts.merges[i]] = i;
  std::vector<std::string> pieces;
  for (bool after_unknown = false; !text.empty();) {
    const std::string character(text.substr(0, decode_utf8(text).size));
    const bool unknown = !ids.contains(character);
    if (!unknown || !after_unknown || !parts.fuse_unknown)
      pieces.push_back(unknown ? "?" : character);
    after_unknown = unknown;
    text.remove_prefix(character.size());
  }
  for (;;) {
    std::size_t best_rank = parts.merges.size(), best = 0;
    for (std::size_t i = 0; i + 1 < pieces.size(); ++i) {
      const auto rank = ranks.find({pieces[i], pieces[i + 1]});
      if (rank == ranks.end() || rank->second >= best_rank) continue;
      best_rank = rank->second;
      best = i;
    }
    if (best_rank == parts.merges.size()) break;
    pieces[best] += pieces[best + 1];
    pieces.erase(pieces.begin() + static_cast<std::ptrdiff_t>(best) + 1);
  }
  Ids result;
  for (const std::string& piece : pieces) result.push_back(ids.at(piece));
  return result;
}

// Characters of one to three bytes; "x" and "界" are never in a vocabulary.
std::string random_text(Random& random) {
  constexpr const char* kCharacters[] = {"a", "b", "c", "▁", "é", "?", "x", "界"};
  std::string text;
  for (std::uint64_t left = random.below(40); left > 0; --left) {
    text += kCharacters[random.below(std::size(kCharacters))];
  }
  return text;
}

BpeParts random_parts(Random& random) {
  std::vector<std::string> pieces = {"a", "b", "c", "▁", "é", "?"};
  Merges merges;
  for (std::uint64_t left = random.below(60); left > 0; --left) {
    const std::string a = pieces[random.below(pieces.size())];
    const std::string b = pieces[random.below(pieces.size())];
    if (a.size() + b.size() > 16) continue;
    merges.emplace_back(a, b);
    if (std::ranges::find(pieces, a + b) == pieces.end()) pieces.push_back(a + b);
  }
  BpeParts parts = make_parts(pieces, std::move(merges));
  parts.unknown = "?";
  parts.fuse_unknown = random.below(2) == 0;
  return parts;
}

TEST(BpeModel, agrees_with_the_definition_on_random_vocabularies_and_texts) {
  constexpr std::uint64_t kSeed = 5;
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  Random random(kSeed);
  for (int round = 0; round < 400; ++round) {
    const BpeParts parts = random_parts(random);
    const auto model = BpeModel::make(parts);
    ASSERT_TRUE(model.ok()) << model.status().to_string();
    for (int i = 0; i < 20; ++i) {
      const std::string text = random_text(random);
      std::vector<Token> tokens;
      model->encode(text, tokens);
      ASSERT_EQ(ids_of(tokens), encode_naively(parts, text)) << "round " << round << ": " << text;
    }
  }
}

// Would take hours if time grew with the square of a run without spaces.
TEST(BpeModel, encodes_a_million_characters_without_a_space) {
  const BpeParts parts = make_parts({"a", "aa", "aaaa"}, {{"a", "a"}, {"aa", "aa"}});
  EXPECT_EQ(encode(parts, std::string(1'000'000, 'a')), Ids(250'000, 2));
}

}  // namespace
}  // namespace vecstore
