#include "simd/kernels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "base/random.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

using Floats = std::vector<float>;
using ByteRows = std::vector<std::byte>;

constexpr std::size_t kLongest = 257;
constexpr Metric kRawMetrics[] = {Metric::kDot,      Metric::kEuclidean, Metric::kManhattan,
                                  Metric::kHamming,  Metric::kJaccard,   Metric::kChebyshev,
                                  Metric::kCanberra, Metric::kBrayCurtis};

// Bit patterns; all NaN alike, for which of them a signalling one becomes is not promised.
std::vector<std::uint32_t> bits_of(const Floats& values) {
  std::vector<std::uint32_t> bits;
  for (float x : values) bits.push_back(std::isnan(x) ? ~0u : std::bit_cast<std::uint32_t>(x));
  return bits;
}

const Kernels& scalar() { return **kernels_for(Isa::kScalar); }

// What the kernel of `metric` promises, straight from the definitions in vecstore/metric.h.
double naive(Metric metric, const Floats& a, const Floats& b) {
  double sum = 0, over = 0, under = 0, most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = a[i], y = b[i], d = std::abs(x - y);
    switch (metric) {
      case Metric::kCosine:
      case Metric::kDot:
        sum += x * y;
        break;
      case Metric::kEuclidean:
        sum += d * d;
        break;
      case Metric::kManhattan:
        sum += d;
        break;
      case Metric::kHamming:
        sum += x != y;
        break;
      case Metric::kChebyshev:
        most = std::max(most, d);
        break;
      case Metric::kCanberra:
        sum += d == 0 ? 0 : d / (std::abs(x) + std::abs(y));
        break;
      case Metric::kJaccard:
        over += std::min(x, y), under += std::max(x, y);
        break;
      case Metric::kBrayCurtis:
        over += d, under += std::abs(x + y);
        break;
    }
  }
  if (metric == Metric::kChebyshev) return most;
  if (metric == Metric::kJaccard) return under == 0 ? 0 : 1 - over / under;
  if (metric == Metric::kBrayCurtis) return over == 0 ? 0 : over / under;
  return sum;
}

// How far a sum of floats may be from the exact one: every term passes a few roundings of its own
// and an addition per 16 components (the fewest partial sums that an instruction set keeps) and is
// at most `magnitude` in all.
double tolerance(std::size_t dimension, double magnitude) {
  return std::ldexp(static_cast<double>(dimension) / 16 + 16, -23) * magnitude +
         static_cast<double>(dimension) * std::numeric_limits<float>::denorm_min();
}

struct RowType {
  std::string_view name;
  std::size_t element_bytes;
  FloatKernels Kernels::*kernels;
  CodecKernels Kernels::*codec;  // null: floats as they are
};
constexpr RowType kRowTypes[] = {{"f32", 4, &Kernels::f32, nullptr},
                                 {"f16", 2, &Kernels::f16, &Kernels::f16_codec},
                                 {"bf16", 2, &Kernels::bf16, &Kernels::bf16_codec}};

// A query and rows at odd addresses and an odd stride; `values` is what the rows hold, exactly.
struct Sample {
  Floats query;
  std::vector<Floats> values;
  ByteRows bytes;
  std::size_t stride = 0;

  const float* query_data() const { return query.data() + 1; }
  const std::byte* rows() const { return bytes.data() + 1; }
  std::size_t dimension() const { return query.size() - 1; }
  Floats query_values() const { return {query.begin() + 1, query.end()}; }
};

void encode_row(const RowType& type, Floats& values, std::byte* to) {
  if (type.codec == nullptr) {
    if (!values.empty()) std::memcpy(to, values.data(), values.size() * sizeof(float));
    return;
  }
  (scalar().*type.codec).encode(values.data(), values.size(), to);
  (scalar().*type.codec).decode(to, values.size(), values.data());
}

// The buffer ends with the last row, so that a sanitizer sees any read beyond it.
Sample make_sample(const RowType& type, std::size_t dimension, const std::vector<Floats>& values,
                   const Floats& query) {
  Sample sample;
  sample.values = values;
  sample.query = Floats(1);
  sample.query.insert(sample.query.end(), query.begin(), query.end());
  const std::size_t row_bytes = dimension * type.element_bytes;
  sample.stride = row_bytes + 3;
  const std::size_t rows_bytes =
      values.empty() ? 0 : (values.size() - 1) * sample.stride + row_bytes;
  sample.bytes.resize(1 + rows_bytes);
  for (std::size_t i = 0; i < values.size(); ++i) {
    encode_row(type, sample.values[i], sample.bytes.data() + 1 + i * sample.stride);
  }
  return sample;
}

// A third of the components equal the query's, which are eighths: zeros among them, and exact in
// every row type.
Sample random_sample(const RowType& type, Random& random, std::size_t dimension, std::size_t count,
                     bool negatives) {
  const auto sign = [&] { return negatives && random.below(2) == 1 ? -1.0f : 1.0f; };
  Floats query(dimension);
  for (float& x : query) x = sign() * static_cast<float>(random.below(33)) / 8;
  std::vector<Floats> values(count, query);
  for (Floats& row : values) {
    for (float& x : row) {
      if (random.below(3) != 0) x = sign() * static_cast<float>(random.uniform() * 4);
    }
  }
  return make_sample(type, dimension, values, query);
}

constexpr float kUntouched = -12345;

Floats run(FloatKernel kernel, const Sample& sample) {
  Floats out(sample.values.size() + 1, kUntouched);
  kernel(sample.query_data(), sample.rows(), sample.stride, sample.values.size(),
         sample.dimension(), out.data());
  EXPECT_EQ(out.back(), kUntouched);
  out.pop_back();
  return out;
}

double magnitude(Metric metric, Floats a, Floats b) {
  if (metric == Metric::kDot) {
    for (float& x : a) x = std::abs(x);
    for (float& x : b) x = std::abs(x);
  }
  return naive(metric, a, b);
}

std::string where(const RowType& type, Metric metric, std::size_t dimension, std::size_t row) {
  return std::string(type.name) + " " + std::string(metric_name(metric)) + ", dimension " +
         std::to_string(dimension) + ", row " + std::to_string(row);
}

TEST(ScalarKernels, follow_the_definitions_at_every_length) {
  Random random(1);
  for (const RowType& type : kRowTypes) {
    for (Metric metric : kRawMetrics) {
      for (std::size_t dimension = 0; dimension <= kLongest; ++dimension) {
        const bool negatives = metric != Metric::kJaccard;
        const Sample sample = random_sample(type, random, dimension, 3, negatives);
        const Floats got = run((scalar().*type.kernels).of(metric), sample);
        for (std::size_t i = 0; i < got.size(); ++i) {
          const double want = naive(metric, sample.query_values(), sample.values[i]);
          ASSERT_NEAR(got[i], want, std::abs(want) * 1e-7 + 1e-12)
              << where(type, metric, dimension, i);
        }
      }
    }
  }
}

TEST(ScalarKernels, know_the_textbook_values) {
  const auto distance = [](Metric metric, const Floats& a, const Floats& b) {
    return compare_one(scalar().f32.of(metric), a.data(), b.data(), a.size());
  };
  EXPECT_EQ(distance(Metric::kDot, {1, 2, 3}, {4, -5, 6}), 12);
  EXPECT_EQ(distance(Metric::kEuclidean, {1, 2}, {4, 6}), 25);
  EXPECT_EQ(distance(Metric::kManhattan, {1, 2}, {4, -6}), 11);
  EXPECT_EQ(distance(Metric::kHamming, {1, 2, 3, 0}, {1, 5, 3, -0.0f}), 1);
  EXPECT_EQ(distance(Metric::kJaccard, {1, 0, 3}, {1, 4, 1}), 0.75);
  EXPECT_EQ(distance(Metric::kChebyshev, {1, 2}, {4, -6}), 8);
  EXPECT_EQ(distance(Metric::kCanberra, {1, 0, 3}, {3, 0, -1}), 1.5);
  EXPECT_EQ(distance(Metric::kBrayCurtis, {1, 2}, {3, 2}), 0.25);
}

class KernelsOf : public testing::TestWithParam<const Kernels*> {
 protected:
  const Kernels& kernels() const { return *GetParam(); }
};

INSTANTIATE_TEST_SUITE_P(isa, KernelsOf, testing::ValuesIn(supported_kernels()),
                         [](const auto& test) { return std::string(isa_name(test.param->isa)); });

TEST_P(KernelsOf, floats_agree_with_the_scalar_at_every_length_and_alignment) {
  Random random(2);
  for (const RowType& type : kRowTypes) {
    for (Metric metric : kRawMetrics) {
      for (std::size_t dimension = 0; dimension <= kLongest; ++dimension) {
        const bool negatives = metric != Metric::kJaccard;
        const Sample sample = random_sample(type, random, dimension, dimension % 18, negatives);
        const Floats got = run((kernels().*type.kernels).of(metric), sample);
        const Floats want = run((scalar().*type.kernels).of(metric), sample);
        for (std::size_t i = 0; i < got.size(); ++i) {
          const double most = magnitude(metric, sample.query_values(), sample.values[i]);
          ASSERT_NEAR(got[i], want[i], tolerance(dimension, most))
              << where(type, metric, dimension, i);
        }
      }
    }
  }
}

TEST_P(KernelsOf, floats_agree_with_the_scalar_on_extreme_values) {
  const float denormal = std::numeric_limits<float>::denorm_min();
  const Floats extremes = {0,       -0.0f,  denormal, -denormal, 1e-39f, 1.17549435e-38f,
                           -1e-30f, 1e-18f, 1e-6f,    1,         -1,     65504,
                           -1e6f,   1e12f,  1e18f,    -1e18f};
  Random random(3);
  for (Metric metric : kRawMetrics) {
    for (std::size_t dimension = 1; dimension <= 70; ++dimension) {
      Floats query(dimension);
      std::vector<Floats> rows(5, query);
      const auto draw = [&](float& x) {
        x = extremes[random.below(extremes.size())];
        if (metric == Metric::kJaccard) x = std::abs(x);
      };
      for (float& x : query) draw(x);
      for (Floats& row : rows) {
        for (float& x : row) draw(x);
      }
      const Sample sample = make_sample(kRowTypes[0], dimension, rows, query);
      const Floats got = run(kernels().f32.of(metric), sample);
      const Floats want = run(scalar().f32.of(metric), sample);
      for (std::size_t i = 0; i < got.size(); ++i) {
        const double most = magnitude(metric, query, rows[i]);
        ASSERT_NEAR(got[i], want[i], tolerance(dimension, most))
            << where(kRowTypes[0], metric, dimension, i);
      }
    }
  }
}

TEST_P(KernelsOf, a_vector_is_at_distance_zero_of_itself) {
  Random random(4);
  for (Metric metric : kRawMetrics) {
    if (metric == Metric::kDot) continue;
    for (float scale : {0.0f, 1e-38f, 1.0f, 1e18f}) {
      Floats query(131);
      for (float& x : query) x = scale * static_cast<float>(random.uniform());
      const float distance =
          compare_one(kernels().f32.of(metric), query.data(), query.data(), query.size());
      EXPECT_EQ(distance, 0) << metric_name(metric) << " at scale " << scale;
    }
  }
}

TEST_P(KernelsOf, long_rows_stay_within_the_tolerance) {
  Random random(5);
  for (Metric metric : kRawMetrics) {
    const bool negatives = metric != Metric::kJaccard;
    const Sample sample = random_sample(kRowTypes[0], random, kMaxDimension, 2, negatives);
    const Floats got = run(kernels().f32.of(metric), sample);
    for (std::size_t i = 0; i < got.size(); ++i) {
      const double want = naive(metric, sample.query_values(), sample.values[i]);
      const double most = magnitude(metric, sample.query_values(), sample.values[i]);
      EXPECT_NEAR(got[i], want, tolerance(kMaxDimension, most)) << metric_name(metric);
    }
  }
}

// Bitwise, for a search must not depend on where a row happens to be.
TEST_P(KernelsOf, a_distance_depends_neither_on_count_nor_on_place) {
  Random random(6);
  for (const RowType& type : kRowTypes) {
    for (std::size_t dimension : {1u, 7u, 16u, 31u, 100u, 127u, 257u, 300u, 600u}) {
      const Sample sample = random_sample(type, random, dimension, 17, false);
      const Floats aligned_query = sample.query_values();
      for (Metric metric : kRawMetrics) {
        const FloatKernel kernel = (kernels().*type.kernels).of(metric);
        const Floats together = run(kernel, sample);
        for (std::size_t i = 0; i < together.size(); ++i) {
          const auto row =
              sample.bytes.begin() + static_cast<std::ptrdiff_t>(1 + i * sample.stride);
          const ByteRows alone(row,
                               row + static_cast<std::ptrdiff_t>(dimension * type.element_bytes));
          const float again = compare_one(kernel, aligned_query.data(), alone.data(), dimension);
          ASSERT_EQ(std::bit_cast<std::uint32_t>(again), std::bit_cast<std::uint32_t>(together[i]))
              << where(type, metric, dimension, i);
        }
      }
    }
  }
}

TEST_P(KernelsOf, a_stride_may_be_zero_or_skip_whole_rows) {
  const Floats query = {1, 2, 3}, rows = {1, 2, 4, 9, 9, 9, 1, 2, 5};
  Floats out(2);
  const auto* bytes = reinterpret_cast<const std::byte*>(rows.data());
  kernels().f32.squared_euclidean(query.data(), bytes, 6 * sizeof(float), 2, 3, out.data());
  EXPECT_EQ(out, (Floats{1, 4}));
  kernels().f32.squared_euclidean(query.data(), bytes, 0, 2, 3, out.data());
  EXPECT_EQ(out, (Floats{1, 1}));
}

using Int8s = std::vector<std::int8_t>;

std::int8_t random_int8(Random& random) {
  return static_cast<std::int8_t>(static_cast<int>(random.below(256)) - 128);
}

TEST_P(KernelsOf, int8_is_exact_at_every_length) {
  Random random(7);
  for (std::size_t dimension = 0; dimension <= kLongest; ++dimension) {
    const std::size_t count = dimension % 18, stride = dimension + 5;
    Int8s query(dimension), rows(count * stride + 1);
    for (auto& x : query) x = random_int8(random);
    for (auto& x : rows) x = random_int8(random);
    const auto* bytes = reinterpret_cast<const std::byte*>(rows.data() + 1);
    std::vector<std::int32_t> dots(count);
    std::vector<std::uint32_t> squares(count);
    Floats float_dots(count);
    const Floats float_query(query.begin(), query.end());

    kernels().i8.dot(query.data(), bytes, stride, count, dimension, dots.data());
    kernels().i8.squared_euclidean(query.data(), bytes, stride, count, dimension, squares.data());
    kernels().i8.float_dot(float_query.data(), bytes, stride, count, dimension, float_dots.data());

    for (std::size_t i = 0; i < count; ++i) {
      std::int64_t dot = 0, square = 0;
      for (std::size_t j = 0; j < dimension; ++j) {
        const std::int64_t a{query[j]}, b{rows[1 + i * stride + j]};
        dot += a * b, square += (a - b) * (a - b);
      }
      ASSERT_EQ(dots[i], dot) << dimension;
      ASSERT_EQ(squares[i], square) << dimension;
      ASSERT_EQ(float_dots[i], static_cast<float>(dot)) << dimension;  // below 2^24: exact too
    }
  }
}

TEST_P(KernelsOf, int8_holds_the_largest_sums_there_are) {
  const Int8s low(kMaxDimension, -128), high(kMaxDimension, 127);
  std::int32_t dot = 0;
  std::uint32_t square = 0;
  const auto* bytes = reinterpret_cast<const std::byte*>(low.data());
  kernels().i8.dot(low.data(), bytes, 0, 1, kMaxDimension, &dot);
  kernels().i8.squared_euclidean(high.data(), bytes, 0, 1, kMaxDimension, &square);
  EXPECT_EQ(dot, 1 << 30);
  EXPECT_EQ(square, 65536u * 255 * 255);
}

std::map<std::size_t, PackedKernel> packed_kernels(const Kernels& of) {
  return {{4, of.i4_dot}, {2, of.i2_dot}, {1, of.i1_dot}};
}

TEST_P(KernelsOf, packed_numbers_are_exact_in_any_order_of_rows) {
  Random random(11);
  for (const auto& [bits, kernel] : packed_kernels(*GetParam())) {
    for (const std::size_t stride : {64u, 448u, 4096u}) {
      ByteRows rows(8 * stride);
      Int8s query(8 / bits * stride);
      for (std::byte& byte : rows) byte = static_cast<std::byte>(random.below(256));
      for (auto& x : query) x = random_int8(random);
      const std::uint32_t ids[] = {7, 0, 3, 3, 5, 1, 2, 6, 4, 0, 7};
      std::int32_t out[11];
      kernel(query.data(), rows.data(), stride, ids, std::size(ids), out);
      for (std::size_t i = 0; i < std::size(ids); ++i) {
        std::int32_t sum = 0;
        for (std::size_t at = 0; at < query.size(); ++at) {
          const int byte = static_cast<int>(rows[ids[i] * stride + at % stride]);
          sum += (byte >> (bits * (at / stride)) & ((1 << bits) - 1)) * query[at];
        }
        ASSERT_EQ(out[i], sum) << bits << " bits, " << stride;
      }
    }
  }
}

TEST_P(KernelsOf, float_queries_meet_int8_rows_within_the_tolerance) {
  Random random(8);
  for (std::size_t dimension = 0; dimension <= kLongest; ++dimension) {
    Floats query(dimension);
    Int8s row(dimension);
    for (float& x : query) x = static_cast<float>(random.normal());
    for (auto& x : row) x = random_int8(random);
    const Floats values(row.begin(), row.end());
    const float got = compare_one(kernels().i8.float_dot, query.data(),
                                  reinterpret_cast<const std::byte*>(row.data()), dimension);
    ASSERT_NEAR(got, naive(Metric::kDot, query, values),
                tolerance(dimension, magnitude(Metric::kDot, query, values)))
        << dimension;
  }
}

TEST_P(KernelsOf, bits_are_counted_exactly_at_every_length) {
  Random random(9);
  for (std::size_t bytes = 0; bytes <= kLongest; ++bytes) {
    const std::size_t count = bytes % 18, stride = bytes + 1;
    std::vector<std::uint8_t> query(bytes + 1);
    ByteRows rows(count * stride + 1);
    for (auto& x : query) x = static_cast<std::uint8_t>(random.next());
    for (auto& x : rows) x = static_cast<std::byte>(random.next());
    Floats hamming(count), jaccard(count);

    kernels().bits.hamming(query.data() + 1, rows.data() + 1, stride, count, bytes, hamming.data());
    kernels().bits.jaccard(query.data() + 1, rows.data() + 1, stride, count, bytes, jaccard.data());

    for (std::size_t i = 0; i < count; ++i) {
      int differ = 0, either = 0;
      for (std::size_t j = 0; j < bytes; ++j) {
        const unsigned a = query[1 + j], b = static_cast<unsigned>(rows[1 + i * stride + j]);
        differ += std::popcount(a ^ b), either += std::popcount(a | b);
      }
      ASSERT_EQ(hamming[i], static_cast<float>(differ)) << bytes;
      ASSERT_FLOAT_EQ(jaccard[i], static_cast<float>(differ) / static_cast<float>(either)) << bytes;
    }
  }
}

TEST_P(KernelsOf, two_empty_sets_of_bits_are_at_distance_zero) {
  const std::vector<std::uint8_t> none(40);
  float distance = kUntouched;
  const auto* bytes = reinterpret_cast<const std::byte*>(none.data());
  kernels().bits.jaccard(none.data(), bytes, 0, 1, none.size(), &distance);
  EXPECT_EQ(distance, 0);
}

// Every code, and around the middle between it and the next larger every float that rounds either
// way.
TEST_P(KernelsOf, codecs_agree_with_the_scalar_on_every_code_and_rounding) {
  std::vector<std::uint16_t> codes(65536);
  std::iota(codes.begin(), codes.end(), std::uint16_t{0});
  for (const auto codec : {&Kernels::f16_codec, &Kernels::bf16_codec}) {
    Floats values(codes.size()), again(codes.size());
    const auto* bytes = reinterpret_cast<const std::byte*>(codes.data());
    (scalar().*codec).decode(bytes, codes.size(), values.data());
    (kernels().*codec).decode(bytes, codes.size(), again.data());
    EXPECT_EQ(bits_of(again), bits_of(values));

    const std::uint32_t middle = codec == &Kernels::f16_codec ? 0x1000 : 0x8000;
    for (std::size_t i = 0; i < codes.size(); ++i) {
      const auto bits = std::bit_cast<std::uint32_t>(values[i]) + middle;
      for (std::uint32_t near : {bits - 1, bits, bits + 1}) {
        values.push_back(std::bit_cast<float>(near));
      }
    }
    ByteRows want(values.size() * 2), got(values.size() * 2);
    (scalar().*codec).encode(values.data(), values.size(), want.data());
    (kernels().*codec).encode(values.data(), values.size(), got.data());
    EXPECT_EQ(got, want);
  }
}

TEST_P(KernelsOf, codecs_agree_with_the_scalar_at_every_length_and_alignment) {
  Random random(10);
  for (const auto codec : {&Kernels::f16_codec, &Kernels::bf16_codec}) {
    for (std::size_t count = 0; count <= kLongest; ++count) {
      Floats values(count + 1), got_values(count + 2, kUntouched), want_values = got_values;
      for (float& x : values) x = static_cast<float>(random.normal());
      ByteRows got(2 * count + 2, std::byte{0x5a}), want = got;
      (kernels().*codec).encode(values.data() + 1, count, got.data() + 1);
      (scalar().*codec).encode(values.data() + 1, count, want.data() + 1);
      ASSERT_EQ(got, want) << count;
      (kernels().*codec).decode(got.data() + 1, count, got_values.data() + 1);
      (scalar().*codec).decode(want.data() + 1, count, want_values.data() + 1);
      ASSERT_EQ(got_values, want_values) << count;
    }
  }
}

TEST_P(KernelsOf, a_squared_norm_is_a_dot_product_with_itself) {
  const Floats vector = {3, -4, 12};
  EXPECT_EQ(squared_norm(kernels(), vector.data(), vector.size()), 169);
}

}  // namespace
}  // namespace vecstore
