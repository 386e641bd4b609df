#include "index/nearest_of_many.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

namespace vecstore::index {
namespace {

std::vector<Candidate> sorted(const std::vector<float>& distances, std::size_t k) {
  std::vector<Candidate> all;
  for (std::size_t row = 0; row < distances.size(); ++row)
    all.push_back({distances[row], static_cast<std::uint32_t>(row)});
  std::sort(all.begin(), all.end());
  all.resize(std::min(k, all.size()));
  return all;
}

std::vector<Candidate> kept(const std::vector<float>& distances, std::size_t k, std::size_t step) {
  NearestOfMany nearest(k);
  std::vector<std::uint32_t> rows(distances.size());
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<std::uint32_t>(i);
  for (std::size_t at = 0; at < rows.size(); at += step)
    nearest.add(std::span(rows).subspan(at, std::min(step, rows.size() - at)), &distances[at]);
  return nearest.take();
}

void expect_equal(const std::vector<Candidate>& a, const std::vector<Candidate>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].row, b[i].row) << i;
    EXPECT_EQ(a[i].distance, b[i].distance) << i;
  }
}

TEST(NearestOfMany, keeps_what_sorting_would_keep_whatever_the_steps) {
  Random random(4);
  for (const std::size_t count : {0u, 1u, 9u, 700u, 5'000u}) {
    for (const std::uint64_t different : {2u, 50u, 1'000'000u}) {
      std::vector<float> distances(count);
      for (float& distance : distances) distance = static_cast<float>(random.below(different));
      for (const std::size_t k : {0u, 1u, 40u, 900u, 6'000u})
        for (const std::size_t step : {1u, 64u, 1'000u})
          expect_equal(kept(distances, k, step), sorted(distances, k));
    }
  }
}

TEST(NearestOfMany, what_is_no_number_is_farther_than_all_others) {
  std::vector<float> distances(500, std::nanf(""));
  distances[7] = 1;
  distances[480] = 1e38f;
  const std::vector<Candidate> found = kept(distances, 3, 64);
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].row, 7u);
  EXPECT_EQ(found[1].row, 480u);
  EXPECT_EQ(found[2].row, 0u);
}

}  // namespace
}  // namespace vecstore::index
