#include "index/dense_distance.h"

#include <gtest/gtest.h>

#include <cstring>

#include "base/random.h"
#include "index/naive_distance.h"
#include "index/vector_codec.h"

namespace vecstore::index {
namespace {

constexpr ElementType kEveryType[] = {ElementType::kF32, ElementType::kF16, ElementType::kBF16,
                                      ElementType::kI8};
constexpr float kUntouched = -12345;

std::vector<float> random_vector(Random& random, std::size_t dimension, bool positive) {
  std::vector<float> vector(dimension);
  for (float& x : vector) {
    x = random.below(5) == 0 ? 0.5f : static_cast<float>(random.normal());
    if (positive) x = std::fabs(x);
  }
  return vector;
}

// Rows as a segment keeps them, and what they decode to.
struct Column {
  Bytes bytes;
  std::vector<float> factors;
  std::vector<std::vector<double>> decoded;
  std::size_t stride;

  Column(ElementType type, std::size_t dimension, std::size_t pad)
      : stride(dimension * element_bytes(type) + pad) {}

  void add(ElementType type, const std::vector<float>& vector) {
    Bytes encoded;
    encode_dense(type, vector, encoded);
    std::vector<float> back(vector.size());
    decode_dense(type, encoded, back);
    const std::size_t skip = type == ElementType::kI8 ? sizeof(float) : 0;
    float scale = 1;
    if (skip > 0) std::memcpy(&scale, encoded.data(), sizeof scale);
    const std::size_t begin = bytes.size();
    bytes.resize(begin + stride, std::byte{0x5a});
    if (encoded.size() > skip) std::memcpy(&bytes[begin], &encoded[skip], encoded.size() - skip);
    decoded.emplace_back(back.begin(), back.end());
    double norm = 0;
    for (const double x : decoded.back()) norm += x * x;
    factors.push_back(static_cast<float>(std::sqrt(norm)));
    factors.push_back(scale);
  }

  DenseRows rows() const {
    return {bytes.data(), factors.data(), static_cast<std::uint32_t>(decoded.size()), stride};
  }
};

double tolerance(Metric metric, std::span<const double> a, std::span<const double> b) {
  double size = 1;
  for (std::size_t i = 0; i < a.size(); ++i) size += std::fabs(a[i]) + std::fabs(b[i]);
  if (metric == Metric::kEuclidean) return 2e-3;  // a root of a difference
  if (metric == Metric::kBrayCurtis) return 1e-4 * std::max(1.0, naive_sum(metric, a, b));
  return 4e-6 * size;
}

void compare(Metric metric, ElementType type, std::size_t dimension, std::uint64_t seed) {
  Random random(seed);
  const bool positive = metric == Metric::kJaccard;
  const std::vector<float> query = random_vector(random, dimension, positive);
  const std::vector<double> wide(query.begin(), query.end());
  Column column(type, dimension, random.below(3) * 16);
  for (int row = 0; row < 9; ++row)
    column.add(type, row == 4 ? query : random_vector(random, dimension, positive));

  std::vector<float> out(column.decoded.size() + 1, kUntouched);
  DenseDistance(metric, type, query)(column.rows(), out.data());

  for (std::size_t row = 0; row < column.decoded.size(); ++row) {
    const double expected = naive_distance(metric, wide, column.decoded[row]);
    EXPECT_NEAR(out[row], expected, tolerance(metric, wide, column.decoded[row]))
        << metric_name(metric) << " " << static_cast<int>(type) << " dimension " << dimension
        << " row " << row << " seed " << seed;
  }
  EXPECT_EQ(out.back(), kUntouched) << "it writes one distance per row";
}

TEST(DenseDistance, every_metric_of_every_type_is_what_plain_arithmetic_gives) {
  for (const Metric metric : kEveryMetric)
    for (const ElementType type : kEveryType)
      for (const std::size_t dimension : {1u, 3u, 16u, 31u, 64u, 129u, 384u})
        compare(metric, type, dimension, 1000 * dimension + static_cast<std::size_t>(metric));
}

TEST(DenseDistance, a_vector_is_at_no_distance_from_itself) {
  const std::vector<float> query = {3, -4, 0.5f, 2};
  for (const Metric metric : kEveryMetric) {
    if (metric == Metric::kDot || metric == Metric::kJaccard) continue;
    Column column(ElementType::kF32, query.size(), 0);
    column.add(ElementType::kF32, query);
    float distance = kUntouched;
    DenseDistance(metric, ElementType::kF32, query)(column.rows(), &distance);
    EXPECT_NEAR(distance, 0, 1e-6) << metric_name(metric);
  }
}

TEST(DenseDistance, euclidean_is_a_true_root_and_dot_is_negated) {
  Column column(ElementType::kF32, 2, 0);
  column.add(ElementType::kF32, {3, 4});
  float distance = 0;
  DenseDistance(Metric::kEuclidean, ElementType::kF32, std::vector<float>{0, 0})(column.rows(),
                                                                                 &distance);
  EXPECT_EQ(distance, 5);
  DenseDistance(Metric::kDot, ElementType::kF32, std::vector<float>{1, 2})(column.rows(),
                                                                           &distance);
  EXPECT_EQ(distance, -11);
}

TEST(DenseDistance, rounding_never_takes_the_root_of_a_negative_number) {
  Random random(77);
  const std::vector<float> query = random_vector(random, 300, false);
  Column column(ElementType::kI8, query.size(), 4);
  column.add(ElementType::kI8, query);
  std::vector<float> stored(column.decoded[0].begin(), column.decoded[0].end());
  float distance = kUntouched;
  DenseDistance(Metric::kEuclidean, ElementType::kI8, stored)(column.rows(), &distance);
  EXPECT_GE(distance, 0);
  EXPECT_LT(distance, 0.02);
}

TEST(DenseDistance, no_rows_give_no_distances) {
  float distance = kUntouched;
  DenseDistance(Metric::kCosine, ElementType::kF32, std::vector<float>{1})(DenseRows(), &distance);
  EXPECT_EQ(distance, kUntouched);
}

TEST(DenseDistance, a_row_has_one_distance_wherever_it_lies) {
  Random random(5);
  for (const ElementType type : kEveryType) {
    const std::vector<float> query = random_vector(random, 50, false);
    Column column(type, 50, 16);
    for (int i = 0; i < 40; ++i) column.add(type, random_vector(random, 50, false));
    const DenseDistance distance(Metric::kCosine, type, query);
    std::vector<float> together(40);
    distance(column.rows(), together.data());
    for (std::uint32_t i = 0; i < 40; ++i) {
      float alone = 0;
      distance({column.rows().rows + i * column.stride, &column.factors[2 * i], 1, column.stride},
               &alone);
      EXPECT_EQ(alone, together[i]) << static_cast<int>(type) << " row " << i;
    }
  }
}

}  // namespace
}  // namespace vecstore::index
