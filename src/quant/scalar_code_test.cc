#include "quant/scalar_code.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/coding.h"
#include "base/random.h"
#include "vecstore/limits.h"

namespace vecstore::quant {
namespace {

std::vector<float> random_vector(Random& random, std::size_t dimension, float offset = 0) {
  std::vector<float> vector(dimension);
  for (float& x : vector) x = offset + static_cast<float>(random.normal());
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

TEST(ScalarCode, estimates_squared_distances) {
  Random random(1);
  for (const std::size_t dimension : {3u, 16u, 100u, 384u, 784u}) {
    const ScalarCode code(random_vector(random, dimension, 3), 9);
    ASSERT_EQ(code.stride() % 64, 0u);
    Bytes rows(2 * code.stride());
    for (int i = 0; i < 200; ++i) {
      const auto x = random_vector(random, dimension, 3);
      const auto z = random_vector(random, dimension, 3);
      code.encode(x, rows.data());
      code.encode(z, rows.data() + code.stride());
      const double exact = squared_distance(x, z);
      const double off = 0.03 * exact + 1e-3;
      EXPECT_NEAR(code.distance(code.query(z), rows.data()), exact, off) << dimension;
      const CodeQuery coded = code.query_of(rows.data() + code.stride());
      EXPECT_NEAR(code.distance(coded, rows.data()), exact, off) << dimension;
    }
  }
}

TEST(ScalarCode, four_bits_estimate_squared_distances) {
  Random random(6);
  for (const std::size_t dimension : {3u, 16u, 100u, 384u, 784u}) {
    const ScalarCode code(random_vector(random, dimension, 3), 9, CodeBits::k4);
    ASSERT_EQ(code.stride() % 64, 0u);
    ASSERT_LT(code.stride(), dimension / 2 + 8 + 8 + 64);
    constexpr std::uint32_t kRows = 300;
    Bytes rows(kRows * code.stride(), std::byte{0xff});
    std::vector<std::vector<float>> vectors;
    std::vector<std::uint32_t> ids;
    for (std::uint32_t row = 0; row < kRows; ++row) {
      vectors.push_back(random_vector(random, dimension, 3));
      code.encode(vectors.back(), &rows[row * code.stride()]);
      ids.push_back(kRows - 1 - row);
    }
    const auto asked = random_vector(random, dimension, 3);
    const CodeQuery query = code.query(asked);
    std::vector<float> out(kRows);
    code.distances(query, rows.data(), ids, out.data());
    for (std::uint32_t i = 0; i < kRows; ++i) {
      const double exact = squared_distance(vectors[ids[i]], asked);
      EXPECT_NEAR(out[i], exact, 0.25 * exact + 0.02 * static_cast<double>(dimension)) << dimension;
      EXPECT_EQ(out[i], code.distance(query, &rows[ids[i] * code.stride()]));
    }
  }
}

TEST(ScalarCode, codes_of_small_and_large_vectors_are_numbers) {
  for (const CodeBits bits : {CodeBits::k4, CodeBits::k2, CodeBits::k1}) {
    const ScalarCode code(std::vector<float>(40), 9, bits);
    Bytes row(code.stride());
    for (const float x : {0.0f, 1e-38f, 1.0f, 1e15f}) {
      std::vector<float> vector(40, x);
      vector[7] *= 3;
      code.encode(vector, row.data());
      EXPECT_TRUE(std::isfinite(code.distance(code.query(vector), row.data()))) << x;
      const double norm = squared_distance(vector, std::vector<float>(40));
      EXPECT_NEAR(code.distance(code.query(std::vector<float>(40)), row.data()), norm,
                  1e-4 * norm + 1e-70);
    }
  }
}

// Signs and a length: what is lost grows with the distance, and is no more than the dimension says.
TEST(ScalarCode, two_bits_and_one_estimate_squared_distances_without_bias) {
  Random random(8);
  for (const auto& [bits, off] : {std::pair{CodeBits::k2, 0.5}, std::pair{CodeBits::k1, 1.0}}) {
    for (const std::size_t dimension : {1u, 200u, 384u, 784u, 8192u}) {
      const ScalarCode code(std::vector<float>(dimension), 9, bits);
      ASSERT_EQ(code.stride() % 64, 0u);
      ASSERT_LT(code.stride(), (dimension + 16) * width_of(bits) / 8 + 8 + 64);
      const auto asked = random_vector(random, dimension);
      const CodeQuery query = code.query(asked);
      const double norm = squared_distance(asked, std::vector<float>(dimension));
      Bytes row(code.stride());
      double errors = 0;
      constexpr int kRows = 60;
      for (int i = 0; i < kRows; ++i) {
        const auto x = random_vector(random, dimension);
        code.encode(x, row.data());
        const double exact = squared_distance(x, asked);
        const double error = static_cast<double>(code.distance(query, row.data())) - exact;
        const double length = squared_distance(x, std::vector<float>(dimension));
        const double most = 8 * off * std::sqrt(norm * length / static_cast<double>(dimension));
        EXPECT_LE(std::abs(error), most + 0.02 * exact) << dimension;
        errors += error;
      }
      const double d = static_cast<double>(dimension);
      EXPECT_LE(std::abs(errors) / kRows, 8 * off * std::sqrt(d / kRows) + 0.02 * d) << dimension;
    }
  }
}

TEST(ScalarCode, numbers_of_all_widths_stand_where_the_format_says) {
  Random random(12);
  for (const CodeBits bits : {CodeBits::k4, CodeBits::k2, CodeBits::k1}) {
    const std::size_t dimension = 208, width = width_of(bits), bytes = dimension * width / 8;
    const ScalarCode code(std::vector<float>(dimension), 9, bits);
    const auto x = random_vector(random, dimension);
    std::vector<float> y = x;
    Rotation(dimension, 9).apply(y);
    Bytes row(code.stride());
    code.encode(x, row.data());
    double along = 0, squares = 0, norm = 0;
    for (std::size_t i = 0; i < dimension; ++i) {
      const int number =
          static_cast<int>(row[i % bytes]) >> (width * (i / bytes)) & ((1 << width) - 1);
      const double v = number - 0.5 * ((1 << width) - 1), at = static_cast<double>(y[i]);
      along += v * at;
      squares += v * v;
      norm += at * at;
      if (bits == CodeBits::k1) {
        EXPECT_EQ(number, at >= 0 ? 1 : 0);
      }
    }
    // How nearly v points where y does: for one bit about sqrt(2 / pi).
    EXPECT_GT(along / std::sqrt(squares * norm), bits == CodeBits::k1 ? 0.75 : 0.92);
    const double factor = static_cast<double>(load_f32(&row[bytes + 4]));
    EXPECT_NEAR(factor, 2 * norm / along, 1e-3 * factor);
  }
}

// What a search needs: near rows stay apart although the vectors are long.
TEST(ScalarCode, has_no_bias_for_a_vector_and_itself) {
  Random random(2);
  const std::size_t dimension = 384;
  const ScalarCode code(std::vector<float>(dimension), 9);
  Bytes row(code.stride());
  for (int i = 0; i < 50; ++i) {
    const auto x = random_vector(random, dimension, 2);
    code.encode(x, row.data());
    const double norm = squared_distance(x, std::vector<float>(dimension));
    EXPECT_NEAR(code.distance(code.query(x), row.data()), 0, 2e-4 * norm);
  }
}

TEST(ScalarCode, is_the_same_on_every_instruction_set) {
  Random random(3);
  const std::size_t dimension = 100;
  const ScalarCode code(random_vector(random, dimension), 4);
  Bytes row(code.stride());
  code.encode(random_vector(random, dimension), row.data());
  const CodeQuery query = code.query(random_vector(random, dimension));
  for (const Kernels* kernels : supported_kernels()) {
    std::int32_t dot = 0, scalar = 0;
    kernels->i8.dot(query.codes, row.data(), 0, 1, 112, &dot);
    supported_kernels()[0]->i8.dot(query.codes, row.data(), 0, 1, 112, &scalar);
    EXPECT_EQ(dot, scalar) << isa_name(kernels->isa);
  }
}

TEST(ScalarCode, sums_of_the_widest_vectors_hold_on_every_instruction_set) {
  const std::vector<std::int8_t> query(kMaxDimension, -128);
  const std::uint32_t id = 0;
  for (const Kernels* kernels : supported_kernels()) {
    const std::pair<std::size_t, PackedKernel> widths[] = {
        {4, kernels->i4_dot}, {2, kernels->i2_dot}, {1, kernels->i1_dot}};
    for (const auto& [bits, kernel] : widths) {
      const Bytes row(kMaxDimension * bits / 8, std::byte{0xff});
      std::int32_t sum = 0;
      kernel(query.data(), row.data(), row.size(), &id, 1, &sum);
      EXPECT_EQ(sum, -128 * ((1 << bits) - 1) * 65'536) << isa_name(kernels->isa) << bits;
    }
  }
}

TEST(ScalarCode, the_mean_itself_is_coded_as_nothing) {
  const ScalarCode code({1, 2, 3}, 4);
  Bytes row(code.stride(), std::byte{0xff});
  code.encode(std::vector<float>{1, 2, 3}, row.data());
  EXPECT_EQ(row, Bytes(code.stride()));
  EXPECT_NEAR(code.distance(code.query(std::vector<float>{1, 2, 5}), row.data()), 4, 1e-4);
}

}  // namespace
}  // namespace vecstore::quant
