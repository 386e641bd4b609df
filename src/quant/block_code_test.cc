#include "quant/block_code.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/bytes.h"
#include "base/random.h"

namespace vecstore::quant {
namespace {

constexpr float kFar = std::numeric_limits<float>::infinity();

std::vector<float> random_vector(Random& random, std::size_t dimension, double offset = 0) {
  std::vector<float> vector(dimension);
  for (float& x : vector) x = static_cast<float>(offset + random.normal());
  return vector;
}

double squared_distance(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double d = static_cast<double>(a[i]) - static_cast<double>(b[i]);
    sum += d * d;
  }
  return sum;
}

double product(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return sum;
}

// Some blocks of rows around a point, and queries among them.
struct Rows {
  static constexpr std::size_t kBlocks = 16;
  Random random;
  std::vector<float> mean;
  BlockCode code;
  std::vector<std::vector<float>> vectors;
  Bytes blocks;

  Rows(std::size_t dimension, unsigned bits, std::uint64_t seed = 5)
      : random(seed), mean(random_vector(random, dimension, 2)), code(mean, 9, bits) {
    blocks.resize(kBlocks * code.block_bytes());
    std::vector<float> scratch;
    for (std::size_t row = 0; row < kBlocks * kBlockRows; ++row) {
      vectors.push_back(near_mean());
      code.encode(vectors.back(), block(row / kBlockRows), row % kBlockRows, scratch);
    }
  }
  std::byte* block(std::size_t number) { return &blocks[number * code.block_bytes()]; }
  std::vector<float> near_mean() {
    std::vector<float> vector = random_vector(random, mean.size());
    for (std::size_t i = 0; i < mean.size(); ++i) vector[i] += mean[i];
    return vector;
  }
  std::vector<float> bounds(const BlockQuery& query, float limit) {
    std::vector<float> out(vectors.size());
    for (std::size_t i = 0; i < kBlocks; ++i)
      code.bounds(query, block(i), limit, &out[i * kBlockRows]);
    return out;
  }
};

class BlockCodeOf : public ::testing::TestWithParam<std::pair<std::size_t, unsigned>> {};

TEST_P(BlockCodeOf, bounds_hold_for_nearly_all_pairs_and_are_not_loose) {
  const auto [dimension, bits] = GetParam();
  Rows rows(dimension, bits);
  const double spread = 1 / std::sqrt(static_cast<double>(dimension));
  for (const BlockMeasure measure :
       {BlockMeasure::kSquaredDistance, BlockMeasure::kNegativeProduct}) {
    std::size_t above = 0, pairs = 0;
    double missing = 0, scale = 0;
    for (int i = 0; i < 60; ++i) {
      // What a row's code lacks towards the mean is the same for all that lie there: not 60
      // samples.
      const std::vector<float> query = measure == BlockMeasure::kSquaredDistance
                                           ? rows.near_mean()
                                           : random_vector(rows.random, dimension);
      const std::vector<float> bounds = rows.bounds(rows.code.query(query, measure), kFar);
      for (std::size_t row = 0; row < bounds.size(); ++row, ++pairs) {
        const bool distance = measure == BlockMeasure::kSquaredDistance;
        const double exact = distance ? squared_distance(query, rows.vectors[row])
                                      : -product(query, rows.vectors[row]);
        ASSERT_TRUE(std::isfinite(bounds[row]));
        above += static_cast<double>(bounds[row]) > exact ? 1 : 0;
        missing += exact - static_cast<double>(bounds[row]);
        scale +=
            distance ? exact : std::sqrt(product(query, query) * static_cast<double>(dimension));
      }
    }
    EXPECT_LE(static_cast<double>(above), 0.001 * static_cast<double>(pairs)) << dimension;
    const double worst = bits == 1 ? 3.2 : bits == 2 ? 1.6 : 0.5;
    EXPECT_LT(missing / scale, worst * spread) << dimension << " components, " << bits << " bits";
    EXPECT_GT(missing, 0);
  }
}

// The mean of bounds over many rotations is the measure, less the deviations that they leave free.
TEST_P(BlockCodeOf, estimates_have_no_bias) {
  const auto [dimension, bits] = GetParam();
  Random random(3);
  const std::vector<float> mean(dimension), x = random_vector(random, dimension);
  std::vector<float> query = random_vector(random, dimension), scratch;
  for (std::size_t i = 0; i < dimension; ++i) query[i] += 0.5f * x[i];
  constexpr int kRotations = 400;
  double estimates = 0, squares = 0;
  for (int seed = 0; seed < kRotations; ++seed) {
    const BlockCode code(mean, static_cast<std::uint64_t>(seed), bits);
    Bytes block(code.block_bytes());
    code.encode(x, block.data(), 0, scratch);
    BlockQuery asked = code.query(query, BlockMeasure::kSquaredDistance);
    asked.length = 0;  // nothing for the error
    float bounds[kBlockRows];
    code.bounds(asked, block.data(), kFar, bounds);
    estimates += static_cast<double>(bounds[0]);
    squares += static_cast<double>(bounds[0]) * static_cast<double>(bounds[0]);
  }
  const double found = estimates / kRotations;
  const double deviation = std::sqrt((squares / kRotations - found * found) / kRotations);
  EXPECT_NEAR(found, squared_distance(x, query), 4 * deviation + 0.01 * squared_distance(x, query));
}

INSTANTIATE_TEST_SUITE_P(All, BlockCodeOf,
                         ::testing::Values(std::pair{32u, 4u}, std::pair{50u, 4u},
                                           std::pair{100u, 2u}, std::pair{100u, 1u},
                                           std::pair{192u, 1u}, std::pair{384u, 1u},
                                           std::pair{1536u, 1u}));

TEST(BlockCode, rows_within_a_limit_are_in_its_mask) {
  Rows rows(384, 1);
  std::size_t missed = 0, near = 0, kept = 0;
  for (int i = 0; i < 100; ++i) {
    std::vector<float> query = rows.vectors[static_cast<std::size_t>(i) * 5];
    for (float& x : query) x += 0.2f * static_cast<float>(rows.random.normal());
    const float limit = 500;
    const BlockQuery asked = rows.code.query(query, BlockMeasure::kSquaredDistance);
    for (std::size_t b = 0; b < Rows::kBlocks; ++b) {
      float bounds[kBlockRows];
      const std::uint32_t mask = rows.code.bounds(asked, rows.block(b), limit, bounds);
      for (std::size_t place = 0; place < kBlockRows; ++place) {
        const bool in = (mask >> place & 1) != 0;
        ASSERT_EQ(in, bounds[place] <= limit);
        const bool is_near = squared_distance(query, rows.vectors[b * kBlockRows + place]) <= 500;
        near += is_near ? 1 : 0;
        missed += is_near && !in ? 1 : 0;
        kept += in ? 1 : 0;
      }
    }
  }
  EXPECT_GE(near, 100u);
  EXPECT_EQ(missed, 0u);
  EXPECT_LT(kept, 100 * Rows::kBlocks * kBlockRows / 10) << "a limit leaves out most rows";
}

TEST(BlockCode, rows_that_are_absent_unknown_or_the_mean_itself) {
  for (const BlockMeasure measure :
       {BlockMeasure::kSquaredDistance, BlockMeasure::kNegativeProduct}) {
    Rows rows(64, 4);
    Bytes block(rows.code.block_bytes());
    std::vector<float> scratch;
    rows.code.encode_absent(block.data(), 0);
    rows.code.encode_unknown(block.data(), 17);
    rows.code.encode(rows.mean, block.data(), 31, scratch);
    const std::vector<float> vector = rows.near_mean();
    const BlockQuery query = rows.code.query(vector, measure);
    float bounds[kBlockRows];
    const bool distance = measure == BlockMeasure::kSquaredDistance;
    const double exact =
        distance ? squared_distance(vector, rows.mean) : -product(vector, rows.mean);
    const std::uint32_t mask =
        rows.code.bounds(query, block.data(), static_cast<float>(exact), bounds);
    EXPECT_EQ(mask & 1, 0u);
    EXPECT_EQ(mask >> 17 & 1, 1u);
    EXPECT_EQ(mask >> 31, 1u);
    EXPECT_NEAR(static_cast<double>(bounds[31]), exact, 1e-3 * std::abs(exact));
  }
}

TEST(BlockCode, equal_vectors_are_at_no_distance) {
  Rows rows(384, 1);
  for (const std::size_t row : {0u, 40u, 511u}) {
    const BlockQuery query = rows.code.query(rows.vectors[row], BlockMeasure::kSquaredDistance);
    float bounds[kBlockRows];
    const std::uint32_t mask = rows.code.bounds(query, rows.block(row / kBlockRows), 0, bounds);
    EXPECT_EQ(mask, 1u << row % kBlockRows) << "the row itself alone";
  }
  const std::vector<float> zero(384);
  const BlockCode code(zero, 1, 1);
  Bytes block(code.block_bytes());
  std::vector<float> scratch;
  code.encode(zero, block.data(), 3, scratch);
  float bounds[kBlockRows];
  code.bounds(code.query(zero, BlockMeasure::kSquaredDistance), block.data(), 0, bounds);
  EXPECT_EQ(bounds[3], 0);
}

TEST(BlockCode, fewer_components_get_more_bits) {
  EXPECT_EQ(BlockCode::bits_for(384), 1u);
  EXPECT_EQ(BlockCode::bits_for(128), 2u);
  EXPECT_EQ(BlockCode::bits_for(64), 4u);
  EXPECT_EQ(BlockCode(std::vector<float>(384), 1, 1).block_bytes(), 32u * (384 / 8 + 12));
}

}  // namespace
}  // namespace vecstore::quant
