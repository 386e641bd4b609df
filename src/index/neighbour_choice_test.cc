#include "index/neighbour_choice.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace vecstore::index {
namespace {

struct Sample {
  quant::ScalarCode code{std::vector<float>(12), 5};
  Bytes codes;
  GrowingGraph graph;

  explicit Sample(std::uint32_t rows) : codes(coded(code, rows)), graph(code, codes, {}) {}
  static Bytes coded(const quant::ScalarCode& code, std::uint32_t rows) {
    Bytes codes(rows * code.stride());
    Random random(4);
    std::vector<float> point(12);
    for (std::uint32_t row = 0; row < rows; ++row) {
      for (float& x : point) x = static_cast<float>(random.normal());
      code.encode(point, &codes[row * code.stride()]);
    }
    return codes;
  }
  float distance(std::uint32_t a, std::uint32_t b) const {
    return code.distance(graph.query_of(a), graph.code_of(b));
  }
  std::vector<Candidate> nearest_first(std::uint32_t row) const {
    std::vector<Candidate> all;
    for (std::uint32_t other = 0; other < graph.rows(); ++other)
      if (other != row) all.push_back({distance(row, other), other});
    std::sort(all.begin(), all.end());
    return all;
  }
  // The rule as it is written down.
  std::vector<std::uint32_t> naive(const std::vector<Candidate>& candidates,
                                   std::size_t most) const {
    std::vector<std::uint32_t> kept;
    for (const Candidate& candidate : candidates) {
      bool good = kept.size() < most;
      for (const std::uint32_t other : kept)
        good = good && distance(candidate.row, other) >= candidate.distance;
      if (good) kept.push_back(candidate.row);
    }
    return kept;
  }
};

TEST(NeighbourChoice, is_that_of_the_rule_for_any_number_wanted) {
  const Sample sample(300);
  NeighbourChoice choice(sample.graph);
  for (const std::size_t most : {1u, 2u, 5u, 16u, 300u}) {
    for (const std::uint32_t row : {0u, 7u, 299u}) {
      const auto candidates = sample.nearest_first(row);
      const auto chosen = choice.choose(candidates, most);
      EXPECT_EQ(std::vector(chosen.begin(), chosen.end()), sample.naive(candidates, most)) << most;
    }
  }
  EXPECT_TRUE(choice.choose({}, 4).empty());
}

TEST(NeighbourChoice, sorts_rows_by_their_distance_first) {
  const Sample sample(120);
  NeighbourChoice choice(sample.graph);
  std::vector<std::uint32_t> rows;
  for (std::uint32_t row = 119; row > 0; --row) rows.push_back(row);
  const auto chosen = choice.choose_for(0, rows, 8);
  EXPECT_EQ(std::vector(chosen.begin(), chosen.end()), sample.naive(sample.nearest_first(0), 8));
}

TEST(NeighbourChoice, more_are_chosen_besides_those_that_are_kept) {
  const Sample sample(120);
  NeighbourChoice choice(sample.graph);
  const std::vector<Candidate> all = sample.nearest_first(7);
  const std::vector<std::uint32_t> kept = {all[40].row, all[3].row};
  std::vector<std::uint32_t> rows = {7, all[3].row};  // itself, and one that is kept
  std::vector<Candidate> left;
  for (const Candidate& candidate : all) {
    rows.push_back(candidate.row);
    if (candidate.row % 3 == 0) rows.push_back(candidate.row);  // more than once
    const bool far = std::all_of(kept.begin(), kept.end(), [&](std::uint32_t row) {
      return row != candidate.row && sample.distance(row, candidate.row) >= candidate.distance;
    });
    if (far) left.push_back(candidate);
  }
  const auto chosen = choice.choose_more(7, kept, rows, 8);
  std::vector<std::uint32_t> expected = kept;
  for (const std::uint32_t row : sample.naive(left, 6)) expected.push_back(row);
  EXPECT_EQ(std::vector<std::uint32_t>(chosen.begin(), chosen.end()), expected);
}

}  // namespace
}  // namespace vecstore::index
