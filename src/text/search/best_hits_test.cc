#include "text/search/best_hits.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"

namespace vecstore::text {
namespace {

// Rows with few different scores, in the order that `before` has.
std::vector<TextHit> plain(std::vector<TextHit> hits, std::size_t k, const TieOrder& ties) {
  std::ranges::stable_sort(hits, [&](const TextHit& a, const TextHit& b) {
    if (a.score != b.score) return a.score > b.score;
    return ties.before ? ties.before(a, b) : false;
  });
  hits.resize(std::min(k, hits.size()));
  return hits;
}

std::vector<TextHit> best_of(const std::vector<TextHit>& hits, std::size_t k,
                             const TieOrder& ties) {
  BestHits best(k, ties);
  for (const TextHit& hit : hits)
    best.add(hit.segment, hit.row, static_cast<Score>(hit.score / kScoreUnit));
  return best.take();
}

std::vector<TextHit> random_hits(Random& random, std::uint64_t scores) {
  std::vector<TextHit> hits;
  for (std::uint32_t segment = 0; segment < 2; ++segment)
    for (Row row = 0; row < 6'000; ++row)
      hits.push_back({segment, row, static_cast<double>(1 + random.below(scores))});
  return hits;
}

TEST(BestHits, are_those_that_sorting_all_gives) {
  Random random(1);
  for (const std::uint64_t scores : {1u, 2u, 40u, 1'000'000u}) {
    const std::vector<TextHit> hits = random_hits(random, scores);
    // As ids would: keys that many share, and a comparison for those.
    const auto scrambled = [](const TextHit& hit) {
      return (hit.row * 7'919u + hit.segment) % 6'007;
    };
    TieOrder ties;
    ties.before = [&](const TextHit& a, const TextHit& b) {
      return std::pair(scrambled(a), a.segment) < std::pair(scrambled(b), b.segment);
    };
    for (const std::size_t k : {0u, 1u, 10u, 100u, 5'000u, 20'000u}) {
      ties.keys = {};
      EXPECT_EQ(best_of(hits, k, ties), plain(hits, k, ties)) << scores << " scores, k " << k;
      ties.keys = [&](std::span<const TextHit> of, std::span<std::uint64_t> keys) {
        for (std::size_t i = 0; i < of.size(); ++i) keys[i] = scrambled(of[i]) / 16;
      };
      EXPECT_EQ(best_of(hits, k, ties), plain(hits, k, ties)) << scores << " scores, k " << k;
      EXPECT_EQ(best_of(hits, k, TieOrder()), plain(hits, k, TieOrder())) << "by row, k " << k;
    }
  }
}

TEST(BestHits, the_least_score_wanted_is_that_of_the_last) {
  const TieOrder by_row;
  BestHits rows(2, by_row);
  EXPECT_EQ(rows.least(), 0);
  for (Row row = 0; row < 100; ++row) rows.add(0, row, row % 2 == 0 ? 9 : 5);
  EXPECT_EQ(rows.least(), 10);  // a later row must have more
  TieOrder ties;
  ties.before = [](const TextHit& a, const TextHit& b) { return a.row > b.row; };
  BestHits ids(2, ties);
  for (Row row = 0; row < 100; ++row) ids.add(0, row, row % 2 == 0 ? 9 : 5);
  EXPECT_EQ(ids.least(), 9);
}

TEST(BestHits, each_row_is_asked_for_its_key_about_once) {
  std::size_t asked = 0;
  TieOrder ties;
  ties.keys = [&](std::span<const TextHit> hits, std::span<std::uint64_t> keys) {
    asked += hits.size();
    for (std::size_t i = 0; i < hits.size(); ++i) keys[i] = hits[i].row;
  };
  ties.before = [](const TextHit& a, const TextHit& b) { return a.row < b.row; };
  BestHits best(10, ties);
  for (Row row = 0; row < 100'000; ++row) best.add(0, row, 7);
  EXPECT_EQ(best.take().size(), 10u);
  EXPECT_LT(asked, 101'000u);
}

}  // namespace
}  // namespace vecstore::text
