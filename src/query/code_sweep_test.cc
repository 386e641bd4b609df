#include "query/code_sweep.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

#include "base/random.h"
#include "index/top_k.h"

namespace vecstore::query {
namespace {

constexpr std::uint32_t kDimension = 128;
constexpr Row kRows = 9'000;
constexpr double kFar = std::numeric_limits<double>::infinity();

std::vector<float> random_vector(Random& random) {
  std::vector<float> vector(kDimension);
  for (float& x : vector) x = static_cast<float>(random.normal());
  return vector;
}

struct Fixture {
  Random random = Random(8);
  std::vector<std::vector<float>> vectors;
  index::CodedRows codes = index::CodedRows(Metric::kEuclidean, kDimension);

  Fixture() {
    for (Row row = 0; row < kRows; ++row) vectors.push_back(random_vector(random));
    const auto read = [this](std::uint32_t row, std::span<float> out) -> Result<bool> {
      std::copy(vectors[row].begin(), vectors[row].end(), out.begin());
      return true;
    };
    EXPECT_TRUE(codes.extend(kRows, kRows, read).ok());
  }
  double distance(const std::vector<float>& query, Row row) const {
    double sum = 0;
    for (std::size_t i = 0; i < kDimension; ++i) {
      const double d = static_cast<double>(query[i]) - static_cast<double>(vectors[row][i]);
      sum += d * d;
    }
    return std::sqrt(sum);
  }
  // As a search does it; what it compared exactly is counted.
  std::vector<double> nearest(const std::vector<float>& query, std::size_t k, Row rows,
                              const Bitmap* allowed, std::size_t& exact) const {
    index::TopK<double, std::less<>> best(k, {});
    const auto farthest = [&] { return best.full() ? best.worst() : kFar; };
    CodeSweep sweep(codes, query, rows, allowed);
    std::set<Row> seen;
    while (sweep.next(farthest())) {
      while (const auto row = sweep.nearest(farthest())) {
        EXPECT_TRUE(seen.insert(*row).second) << "handed out twice";
        EXPECT_LT(*row, rows);
        EXPECT_TRUE(allowed == nullptr || allowed->test(*row));
        best.push(distance(query, *row));
      }
    }
    EXPECT_EQ(sweep.compared(), allowed == nullptr ? rows : allowed->count());
    exact += seen.size();
    return best.take();
  }
  std::vector<double> by_all(const std::vector<float>& query, std::size_t k, Row rows,
                             const Bitmap* allowed) const {
    index::TopK<double, std::less<>> best(k, {});
    for (Row row = 0; row < rows; ++row)
      if (allowed == nullptr || allowed->test(row)) best.push(distance(query, row));
    return best.take();
  }
};

TEST(CodeSweep, finds_the_nearest_with_few_comparisons) {
  Fixture fixture;
  std::size_t exact = 0, right = 0;
  constexpr std::size_t kQueries = 50;
  for (std::size_t i = 0; i < kQueries; ++i) {
    std::vector<float> query = fixture.vectors[i * 151];
    for (float& x : query) x += 0.5f * static_cast<float>(fixture.random.normal());
    const auto found = fixture.nearest(query, 10, kRows / 32 * 32, nullptr, exact);
    const auto truth = fixture.by_all(query, 10, kRows / 32 * 32, nullptr);
    for (std::size_t at = 0; at < 10; ++at) right += found[at] <= truth[9] ? 1 : 0;
  }
  EXPECT_GE(right, 10 * kQueries - 1);
  EXPECT_LT(exact, kQueries * kRows / 4);
}

TEST(CodeSweep, looks_at_allowed_rows_alone_whatever_their_share) {
  Fixture fixture;
  const Row rows = 8'000 - 5;  // inside of a block
  for (const std::uint64_t one_in : {1u, 2u, 10u, 100u, 3000u}) {
    Bitmap allowed(rows);
    for (Row row = 0; row < rows; ++row)
      if (fixture.random.below(one_in) == 0) allowed.set(row);
    const std::vector<float> query = random_vector(fixture.random);
    std::size_t exact = 0;
    const auto found = fixture.nearest(query, 10, rows, &allowed, exact);
    EXPECT_EQ(found, fixture.by_all(query, 10, rows, &allowed)) << "one in " << one_in;
  }
  std::size_t exact = 0;
  const Bitmap none(rows);
  EXPECT_TRUE(fixture.nearest(fixture.vectors[0], 10, rows, &none, exact).empty());
  EXPECT_EQ(exact, 0u);
}

TEST(CodeSweep, hands_out_every_row_when_all_are_asked_for) {
  Fixture fixture;
  CodeSweep sweep(fixture.codes, fixture.vectors[0], 5'000, nullptr);
  std::size_t rows = 0;
  while (sweep.next(kFar))
    while (sweep.nearest(kFar)) ++rows;
  EXPECT_EQ(rows, 5'000u);
  EXPECT_FALSE(sweep.nearest(kFar));
}

TEST(CodeSweep, says_what_comes_later) {
  Fixture fixture;
  CodeSweep sweep(fixture.codes, fixture.vectors[0], 5'000, nullptr);
  EXPECT_FALSE(sweep.later(0)) << "nothing is in order yet";
  ASSERT_TRUE(sweep.next(kFar));
  EXPECT_EQ(sweep.nearest(kFar), 0u) << "the row that is asked for";
  const auto later = sweep.later(1);
  ASSERT_TRUE(later);
  sweep.nearest(kFar);
  EXPECT_EQ(sweep.nearest(kFar), later);
}

}  // namespace
}  // namespace vecstore::query
