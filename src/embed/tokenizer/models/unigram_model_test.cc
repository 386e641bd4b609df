#include "embed/tokenizer/models/unigram_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/random.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

UnigramParts make_parts(const std::vector<std::pair<std::string, double>>& pieces) {
  UnigramParts parts;
  for (const auto& [text, score] : pieces) {
    parts.pieces.push_back({text, static_cast<std::uint32_t>(parts.pieces.size())});
    parts.scores.push_back(score);
  }
  return parts;
}

std::vector<Token> encode(const UnigramParts& parts, std::string_view text) {
  std::vector<Token> tokens;
  UnigramModel::make(parts).value().encode(text, tokens);
  return tokens;
}

// The example in the reference's documentation.
TEST(UnigramModel, finds_the_pieces_with_the_greatest_sum) {
  const auto parts = make_parts({{"<unk>", 0},
                                 {"a", 0},
                                 {"b", 0},
                                 {"c", 0},
                                 {"d", 0},
                                 {"cd", 1},
                                 {"ab", 2},
                                 {"abc", 5},
                                 {"abcd", 10}});
  EXPECT_THAT(encode(parts, "abcdacdxx"),
              ElementsAre(Token{8, 0, 4}, Token{1, 4, 5}, Token{5, 5, 7}, Token{0, 7, 9}));
}

TEST(UnigramModel, makes_one_token_of_a_run_of_unknown_characters) {
  auto parts = make_parts({{"<unk>", 0}, {"a", -1}, {"<0xC3>", -3}, {"<0xA9>", -3}});
  EXPECT_THAT(encode(parts, "éxa"), ElementsAre(Token{0, 0, 3}, Token{1, 3, 4}));
  parts.byte_fallback = true;
  EXPECT_THAT(encode(parts, "éa"), ElementsAre(Token{2, 0, 2}, Token{3, 0, 2}, Token{1, 2, 3}));
  EXPECT_THAT(encode(parts, "éxa"), ElementsAre(Token{0, 0, 3}, Token{1, 3, 4}));
  EXPECT_THAT(encode(parts, ""), ElementsAre());
}

TEST(UnigramModel, refuses_what_it_cannot_score) {
  auto parts = make_parts({{"a", 0}});
  parts.unknown = 1;
  EXPECT_THAT(UnigramModel::make(parts).status().message(), HasSubstr("is not one of 1"));
  EXPECT_FALSE(UnigramModel::make({}).ok());
  parts = make_parts({{"a", std::numeric_limits<double>::infinity()}});
  EXPECT_THAT(UnigramModel::make(parts).status().message(), HasSubstr("not a finite number"));
}

// The best sum by trying all: exponential.
double best_sum(const std::map<std::string, double>& scores, double unknown,
                std::string_view text) {
  if (text.empty()) return 0;
  double best = scores.contains(std::string(text.substr(0, 1)))
                    ? -1e9
                    : unknown + best_sum(scores, unknown, text.substr(1));
  for (std::size_t size = 1; size <= text.size(); ++size) {
    const auto found = scores.find(std::string(text.substr(0, size)));
    if (found == scores.end()) continue;
    best = std::max(best, found->second + best_sum(scores, unknown, text.substr(size)));
  }
  return best;
}

TEST(UnigramModel, agrees_with_trying_all_ways_on_random_vocabularies) {
  constexpr std::uint64_t kSeed = 9;
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  Random random(kSeed);
  const auto random_text = [&](std::uint64_t most) {
    std::string text(1 + random.below(most), 'a');
    for (char& c : text) c = static_cast<char>('a' + random.below(4));
    return text;
  };
  for (int round = 0; round < 300; ++round) {
    std::map<std::string, double> scores;
    for (int i = 0; i < 12; ++i) scores[random_text(4)] = -double(random.below(64)) / 8;
    std::vector<std::pair<std::string, double>> pieces = {{"?", -8.0}};
    pieces.insert(pieces.end(), scores.begin(), scores.end());
    const UnigramParts parts = make_parts(pieces);
    const std::string text = random_text(10);
    double sum = 0;
    for (const Token& token : encode(parts, text)) {
      sum += token.id == 0 ? -18.0 * (token.end - token.begin) : parts.scores[token.id];
    }
    ASSERT_EQ(sum, best_sum(scores, -18, text)) << "round " << round << ": " << text;
  }
}

TEST(UnigramModel, encodes_a_million_characters_at_once) {
  const auto parts = make_parts({{"<unk>", 0}, {"a", -1}, {"aaaa", -2}});
  EXPECT_EQ(encode(parts, std::string(1'000'000, 'a')).size(), 250'000u);
  EXPECT_EQ(encode(parts, std::string(1'000'000, 'x')).size(), 1u);
}

}  // namespace
}  // namespace vecstore
