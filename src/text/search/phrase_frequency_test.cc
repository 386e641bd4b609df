#include "text/search/phrase_frequency.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/random.h"

namespace vecstore::text {
namespace {

using Words = std::vector<PhraseWord>;

TEST(PhraseFrequency, side_by_side_counts_one_each) {
  EXPECT_EQ(phrase_frequency(Words{{0, 0, {3, 8, 20}}, {1, 1, {4, 9, 30}}}, 0), 2);
  EXPECT_EQ(phrase_frequency(Words{{0, 0, {3}}, {1, 1, {2}}}, 0), 0);
  EXPECT_EQ(phrase_frequency(Words{{0, 0, {3}}, {2, 1, {5}}}, 0), 1);  // a place between them
  EXPECT_EQ(phrase_frequency(Words{{0, 0, {1, 2, 3}}}, 0), 3);
  EXPECT_EQ(phrase_frequency(Words{{0, 0, {1}}, {1, 1, {}}}, 5), 0);
}

TEST(PhraseFrequency, positions_that_another_word_does_not_follow_go) {
  const PhraseWord first = {1, 0, {3, 3, 9, 20}};  // two tokens of one word share a position
  std::vector<std::uint32_t> positions = first.positions;
  keep_joined(first, {0, 1, {2, 7, 8}}, positions);
  EXPECT_EQ(positions, (std::vector<std::uint32_t>{3, 3, 9}));
  keep_joined(first, {3, 2, {5, 12}}, positions);
  EXPECT_EQ(positions, (std::vector<std::uint32_t>{3, 3}));
  keep_joined({0, 0, {}}, {9, 1, {0, 1}}, positions);
  EXPECT_TRUE(positions.empty());
}

TEST(PhraseFrequency, slop_lets_words_move_and_counts_them_less) {
  const Words apart = {{0, 0, {3}}, {1, 1, {6}}};
  EXPECT_EQ(phrase_frequency(apart, 1), 0);
  EXPECT_EQ(phrase_frequency(apart, 2), 1.0 / 3);
  const Words swapped = {{0, 0, {4}}, {1, 1, {3}}};
  EXPECT_EQ(phrase_frequency(swapped, 1), 0);
  EXPECT_EQ(phrase_frequency(swapped, 2), 1.0 / 3);
}

TEST(PhraseFrequency, one_position_is_not_two_words) {
  EXPECT_EQ(phrase_frequency(Words{{0, 0, {7}}, {1, 0, {7}}}, 10), 0);
  EXPECT_EQ(phrase_frequency(Words{{0, 0, {7, 9}}, {1, 0, {7, 9}}}, 10), 0.5);
  EXPECT_EQ(phrase_frequency(Words{{0, 0, {7, 8}}, {1, 0, {7, 8}}}, 10), 1);
}

// The header's words: for each start the nearest of each word, of equal ends the last start.
double naive(const Words& words, std::uint32_t slop) {
  std::set<std::int64_t> starts;
  double rarest = 1e9;
  for (const PhraseWord& word : words) {
    rarest = std::min(rarest, static_cast<double>(word.positions.size()));
    for (const std::uint32_t p : word.positions) starts.insert(std::int64_t{p} - word.offset);
  }
  std::map<std::int64_t, std::int64_t> last_start;  // by end
  for (const std::int64_t start : starts) {
    std::int64_t end = start;
    std::set<std::pair<std::uint32_t, std::uint32_t>> used;
    bool whole = true;
    for (const PhraseWord& word : words) {
      bool found = false;
      for (const std::uint32_t p : word.positions) {
        const std::int64_t at = std::int64_t{p} - word.offset;
        if (found || at < start || !used.insert({word.word, p}).second) continue;
        found = true;
        end = std::max(end, at);
      }
      whole = whole && found;
    }
    if (whole) last_start[end] = start;
  }
  double sum = 0;
  for (const auto& [end, start] : last_start)
    if (end - start <= slop) sum += 1 / (1 + static_cast<double>(end - start));
  return std::min(sum, rarest);
}

TEST(PhraseFrequency, equals_its_definition_on_random_rows) {
  Random random(12);
  for (int round = 0; round < 20'000; ++round) {
    Words words;
    std::vector<std::vector<std::uint32_t>> positions(3);
    for (auto& of_word : positions)
      for (std::uint32_t p = 0; p < 14; ++p)
        if (random.below(3) == 0) of_word.push_back(p);
    const std::size_t count = 1 + random.below(4);
    for (std::uint32_t i = 0, offset = 0; i < count; ++i) {
      const auto word = static_cast<std::uint32_t>(random.below(3));
      words.push_back({offset, word, positions[word]});
      offset += static_cast<std::uint32_t>(1 + random.below(2));
    }
    const auto slop = static_cast<std::uint32_t>(random.below(6));
    ASSERT_NEAR(phrase_frequency(words, slop), naive(words, slop), 1e-12) << "round " << round;
  }
}

}  // namespace
}  // namespace vecstore::text
