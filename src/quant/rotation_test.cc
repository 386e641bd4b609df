#include "quant/rotation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/random.h"

namespace vecstore::quant {
namespace {

std::vector<float> random_vector(Random& random, std::size_t dimension, std::size_t padded) {
  std::vector<float> vector(padded);
  for (std::size_t i = 0; i < dimension; ++i) vector[i] = static_cast<float>(random.normal());
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

TEST(Rotation, keeps_distances) {
  Random random(1);
  for (const std::size_t dimension : {1u, 2u, 15u, 16u, 17u, 100u, 384u, 784u, 1000u, 1536u}) {
    const Rotation rotation(dimension, 7);
    ASSERT_EQ(rotation.padded() % 16, 0u);
    ASSERT_LT(rotation.padded() - dimension, 16u);
    auto a = random_vector(random, dimension, rotation.padded());
    auto b = random_vector(random, dimension, rotation.padded());
    const double before = squared_distance(a, b);
    rotation.apply(a);
    rotation.apply(b);
    EXPECT_NEAR(squared_distance(a, b), before, 1e-5 * before) << dimension;
  }
}

// The worst case for rounding: everything in one component.
TEST(Rotation, spreads_a_single_axis_over_all_components) {
  for (const std::size_t dimension : {112u, 384u, 784u}) {
    for (const std::size_t axis : {std::size_t{0}, dimension / 2, dimension - 1}) {
      const Rotation rotation(dimension, 3);
      std::vector<float> vector(rotation.padded());
      vector[axis] = 1;
      rotation.apply(vector);
      float largest = 0;
      for (const float x : vector) largest = std::max(largest, std::abs(x));
      EXPECT_LT(largest, 6 / std::sqrt(static_cast<float>(dimension))) << dimension << " " << axis;
    }
  }
}

TEST(Rotation, depends_on_the_seed_and_on_nothing_else) {
  std::vector<float> once(48, 1), again(48, 1), other(48, 1);
  Rotation(40, 5).apply(once);
  Rotation(40, 5).apply(again);
  Rotation(40, 6).apply(other);
  EXPECT_EQ(once, again);
  EXPECT_NE(once, other);
}

}  // namespace
}  // namespace vecstore::quant
