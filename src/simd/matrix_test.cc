#include "simd/matrix.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/random.h"
#include "simd/matrix_tables.h"

namespace vecstore {
namespace {

using Floats = std::vector<float>;

constexpr float kUntouched = 12345;

Floats random_floats(Random& random, std::size_t count, float reach = 1) {
  Floats values(count);
  for (float& x : values) x = static_cast<float>(random.uniform() * 2 - 1) * reach;
  return values;
}

// A product of floats of random size and content, whose rows lie further apart than they are long.
struct FloatCase {
  std::size_t rows, depth, columns;
  Floats left, right, panels, bias;

  FloatCase(Random& random, std::size_t rows_, std::size_t depth_, std::size_t columns_)
      : rows(rows_),
        depth(depth_),
        columns(columns_),
        left(random_floats(random, rows * (depth + 3))),
        right(random_floats(random, depth * columns)),
        panels(panel_count(columns) * kPanelColumns * depth),
        bias(random_floats(random, padded(columns))) {
    pack_panels({right.data(), columns, 1}, depth, columns, 0, panels.data());
  }

  std::size_t out_stride() const { return padded(columns) + 1; }

  Floats product(const MatrixKernels& kernels, Activation activation, bool biased = true) const {
    Floats out(rows * out_stride(), kUntouched);
    kernels.multiply({left.data(), depth + 3, panels.data(), biased ? bias.data() : nullptr,
                      out.data(), out_stride(), rows, depth, columns, activation});
    return out;
  }
};

class MatrixOn : public testing::TestWithParam<const MatrixKernels*> {
 protected:
  const MatrixKernels& kernels() const { return *GetParam(); }
};

std::vector<std::tuple<std::size_t, std::size_t, std::size_t>> shapes() {
  std::vector<std::tuple<std::size_t, std::size_t, std::size_t>> all;
  for (const std::size_t rows : std::initializer_list<std::size_t>{1, 2, 5, 6, 7, 12, 17}) {
    for (const std::size_t depth :
         std::initializer_list<std::size_t>{1, 3, 4, 31, 70, 128, 131, 300}) {
      for (const std::size_t columns :
           std::initializer_list<std::size_t>{1, 8, 15, 17, 33, 48, 64, 65, 130}) {
        all.emplace_back(rows, depth, columns);
      }
    }
  }
  return all;
}

TEST_P(MatrixOn, a_product_is_the_scalar_one_for_every_shape_bias_and_activation) {
  Random random(1);
  for (const auto& [rows, depth, columns] : shapes()) {
    const FloatCase one(random, rows, depth, columns);
    for (Activation activation :
         {Activation::kNone, Activation::kRelu, Activation::kGelu, Activation::kGeluTanh}) {
      const bool biased = activation != Activation::kRelu;
      const Floats expected = one.product(kScalarMatrix, activation, biased);
      const Floats found = one.product(kernels(), activation, biased);
      for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t c = 0; c < columns; ++c) {
          const std::size_t at = r * one.out_stride() + c;
          ASSERT_NEAR(found[at], expected[at], 1e-6 * static_cast<double>(depth + 4))
              << rows << " x " << depth << " x " << columns << " at " << r << ", " << c;
        }
        ASSERT_EQ(found[(r + 1) * one.out_stride() - 1], kUntouched) << "beyond the padding";
      }
    }
  }
}

TEST_P(MatrixOn, a_row_has_the_same_bits_alone_and_among_others) {
  Random random(2);
  const FloatCase all(random, 17, 70, 130);
  const Floats together = all.product(kernels(), Activation::kGelu);
  for (std::size_t r = 0; r < all.rows; ++r) {
    FloatCase one = all;
    one.rows = 1;
    one.left.erase(one.left.begin(),
                   one.left.begin() + static_cast<std::ptrdiff_t>(r * (one.depth + 3)));
    const Floats alone = one.product(kernels(), Activation::kGelu);
    const float* row = together.data() + r * all.out_stride();
    EXPECT_TRUE(std::equal(row, row + all.columns, alone.begin())) << r;
  }
}

TEST_P(MatrixOn, gelu_is_within_a_millionth_of_its_definition) {
  constexpr std::size_t kCount = 20'001;
  Floats left(kCount), panel(kPanelColumns), out(kCount * kPanelColumns);
  panel[0] = 1;
  for (std::size_t i = 0; i < kCount; ++i) left[i] = (static_cast<float>(i) - 10'000) / 1'000;
  for (Activation activation : {Activation::kGelu, Activation::kGeluTanh}) {
    kernels().multiply({left.data(), 1, panel.data(), nullptr, out.data(), kPanelColumns, kCount, 1,
                        1, activation});
    for (std::size_t i = 0; i < kCount; ++i) {
      const double x = left[i];
      const double exact =
          activation == Activation::kGelu
              ? 0.5 * x * std::erfc(-x / std::sqrt(2.0))
              : 0.5 * x *
                    (1 + std::tanh(std::sqrt(2 / std::acos(-1.0)) * (x + 0.044715 * x * x * x)));
      ASSERT_NEAR(out[i * kPanelColumns], exact, 1e-6 * std::max(1.0, std::abs(x) / 4)) << x;
    }
  }
}

// The right side of a product of bytes, and the memory that it lies in.
struct PackedBytes {
  std::vector<std::int8_t> bytes;
  std::size_t stride;
  Floats scales;
  std::vector<std::int32_t> sums;

  PackedBytes(const Floats& weights, std::size_t depth, std::size_t columns)
      : bytes(panel_count(columns) * kPanelColumns * byte_depth(depth)),
        stride(padded(columns)),
        scales(byte_groups(depth) * stride),
        sums(scales.size()) {
    pack_bytes({weights.data(), columns, 1}, depth, columns, 0, panels());
  }
  BytePanels panels() { return {bytes.data(), scales.data(), sums.data(), stride}; }
};

// Sums of bytes come out as floats, which hold them exactly below 2^24.
struct ByteCase {
  std::size_t rows, depth, columns;
  std::vector<std::uint8_t> left;
  PackedBytes right;
  Floats left_scales, bias;
  std::vector<std::int32_t> left_zeros;

  Floats product(const MatrixKernels& kernels) {
    Floats out(rows * padded(columns));
    kernels.multiply_bytes({left.data(), byte_depth(depth), left_scales.data(), left_zeros.data(),
                            right.panels(), bias.data(), out.data(), padded(columns), rows, depth,
                            columns});
    return out;
  }
};

// `right` gives each number of the right side as a byte.
template <class Left, class Right>
ByteCase byte_case(std::size_t rows, std::size_t depth, std::size_t columns, Left&& left,
                   Right&& right) {
  Floats weights(depth * columns);
  for (float& weight : weights) weight = right();
  for (std::size_t row = 0; row < depth; row += kByteGroup) {  // so that all scales are 1
    for (std::size_t c = 0; c < columns; ++c) weights[row * columns + c] = 127;
  }
  ByteCase one{rows,
               depth,
               columns,
               std::vector<std::uint8_t>(rows * byte_depth(depth)),
               PackedBytes(weights, depth, columns),
               Floats(rows * byte_groups(depth), 1),
               Floats(padded(columns)),
               std::vector<std::int32_t>(rows * byte_groups(depth))};
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t i = 0; i < depth; ++i) one.left[r * byte_depth(depth) + i] = left();
  }
  return one;
}

TEST_P(MatrixOn, sums_of_bytes_are_the_scalar_ones_to_the_bit) {
  Random random(3);
  for (const auto& [rows, depth, columns] : shapes()) {
    ByteCase one = byte_case(
        rows, depth, columns,
        [&] {
          return static_cast<std::uint8_t>(random.below(std::uint64_t(kernels().byte_limit) + 1));
        },
        [&] { return static_cast<float>(random.below(255)) - 127; });
    for (std::size_t i = 0; i < one.left_zeros.size(); ++i) {
      one.left_zeros[i] = static_cast<std::int32_t>(i * 11 % 127);
    }
    const Floats expected = one.product(kScalarMatrix), found = one.product(kernels());
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t c = 0; c < columns; ++c) {
        const std::size_t at = r * padded(columns) + c;
        ASSERT_EQ(found[at], expected[at])
            << rows << " x " << depth << " x " << columns << " at " << r << ", " << c;
      }
    }
  }
}

TEST_P(MatrixOn, the_largest_bytes_do_not_saturate) {
  for (float sign : {1.0f, -1.0f}) {
    const auto limit = static_cast<std::uint8_t>(kernels().byte_limit);
    ByteCase one = byte_case(
        7, 300, 65, [&] { return limit; }, [&] { return sign * 127; });
    const Floats out = one.product(kernels());
    const float expected = static_cast<float>(limit) * 127 * (sign * 297 + 3);
    for (std::size_t r = 0; r < 7; ++r) {
      for (std::size_t c = 0; c < 65; ++c) ASSERT_EQ(out[r * padded(65) + c], expected);
    }
  }
}

TEST_P(MatrixOn, quantized_rows_are_within_half_a_step_and_zero_is_exact) {
  Random random(4);
  for (const std::size_t count :
       std::initializer_list<std::size_t>{1, 2, 7, 16, 30, 33, 100, 257}) {
    for (float shift : {-3.0f, -0.5f, 0.0f, 0.5f, 3.0f}) {
      Floats row = random_floats(random, padded(count));
      for (float& x : row) x += shift;
      row[count / 2] = 0;
      std::fill(row.begin() + static_cast<std::ptrdiff_t>(count), row.end(), NAN);
      std::vector<std::uint8_t> bytes(byte_depth(count) + 1, 0xEE);
      float scale;
      std::int32_t zero;
      kernels().quantize(row.data(), count, bytes.data(), &scale, &zero);
      for (std::size_t i = 0; i < count; ++i) {
        ASSERT_LE(bytes[i], kernels().byte_limit);
        const float back = static_cast<float>(bytes[i] - zero) * scale;
        // The offset is rounded, too, so a number at the end may lose another half.
        ASSERT_NEAR(back, row[i], scale * 1.001f) << count << " " << shift;
      }
      EXPECT_EQ(bytes[count / 2], zero);
      for (std::size_t i = count; i < byte_depth(count); ++i) EXPECT_EQ(bytes[i], 0);
      EXPECT_EQ(bytes.back(), 0xEE);
      if (kernels().byte_limit != kScalarMatrix.byte_limit) continue;
      std::vector<std::uint8_t> expected(byte_depth(count));
      kScalarMatrix.quantize(row.data(), count, expected.data(), &scale, &zero);
      bytes.pop_back();
      EXPECT_EQ(bytes, expected);
    }
  }
}

TEST_P(MatrixOn, a_row_of_zeros_quantizes_to_zeros) {
  const Floats row(48);
  std::vector<std::uint8_t> bytes(48, 1);
  float scale;
  std::int32_t zero;
  kernels().quantize(row.data(), 48, bytes.data(), &scale, &zero);
  EXPECT_EQ(bytes, std::vector<std::uint8_t>(48));
  EXPECT_EQ(scale, 0);
  EXPECT_EQ(zero, 0);
}

// A row of `count` numbers whose padding holds `padding`, through both and by the scalar table.
void expect_scalar_rows(const MatrixKernels& kernels, std::size_t count, float padding) {
  Random random(count);
  const Floats scale = random_floats(random, padded(count));
  const Floats shift = random_floats(random, padded(count));
  Floats added = random_floats(random, padded(count));
  Floats row = random_floats(random, padded(count), 20);
  for (std::size_t i = count; i < padded(count); ++i) row[i] = added[i] = padding;
  const LayerNorm norm{scale.data(), shift.data(), 1e-5f};
  for (const float* more : {static_cast<const float*>(nullptr), std::as_const(added).data()}) {
    for (bool soft : {false, true}) {
      Floats expected = row, found = row;
      for (auto [table, out] : {std::pair(&kScalarMatrix, &expected), {&kernels, &found}}) {
        soft ? table->softmax(out->data(), more, count, 0.37f)
             : table->layer_norm(out->data(), more, count, norm);
      }
      for (std::size_t i = 0; i < count; ++i) {
        ASSERT_NEAR(found[i], expected[i], 3e-6) << count << " at " << i << " soft " << soft;
      }
    }
  }
}

TEST_P(MatrixOn, layer_norm_and_softmax_are_the_scalar_ones_whatever_pads_the_row) {
  for (const std::size_t count :
       std::initializer_list<std::size_t>{1, 2, 3, 15, 16, 17, 64, 100, 384}) {
    for (float padding : {0.0f, NAN, 1e6f, -1e6f}) expect_scalar_rows(kernels(), count, padding);
  }
}

TEST_P(MatrixOn, softmax_takes_numbers_far_apart) {
  Floats row = {-1e4f, 1e4f, 0, 1e4f};
  row.resize(16);
  kernels().softmax(row.data(), nullptr, 4, 1);
  const float expected[] = {0, 0.5f, 0, 0.5f};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(row[i], expected[i], 1e-6);
}

INSTANTIATE_TEST_SUITE_P(AllTables, MatrixOn,
                         testing::ValuesIn(supported_matrix_kernels().begin(),
                                           supported_matrix_kernels().end()),
                         [](const auto& table) { return std::string(table.param->name); });

TEST(Matrix, the_table_is_that_of_the_distances) {
  EXPECT_EQ(matrix_kernels().isa, kernels().isa);
  EXPECT_EQ(supported_matrix_kernels().front(), &kScalarMatrix);
}

TEST(Matrix, packed_columns_lie_in_panels_with_zeros_around) {
  const Floats numbers = {1, 2, 3, 4, 5, 6};  // two rows by three columns
  Floats panels(2 * kPanelColumns);
  pack_panels({numbers.data(), 3, 1}, 2, 3, 0, panels.data());
  EXPECT_EQ(Floats(panels.begin(), panels.begin() + 5), (Floats{1, 2, 3, 0, 0}));
  EXPECT_EQ(Floats(panels.begin() + 64, panels.begin() + 69), (Floats{4, 5, 6, 0, 0}));

  panels.assign(4 * kPanelColumns, 0);  // three rows of two, turned, at the end of a panel and on
  pack_panels({numbers.data(), 1, 2}, 2, 3, 62, panels.data());
  EXPECT_EQ(Floats(panels.begin() + 61, panels.begin() + 64), (Floats{0, 1, 3}));
  EXPECT_EQ(Floats(panels.begin() + 125, panels.begin() + 128), (Floats{0, 2, 4}));
  EXPECT_EQ(Floats(panels.begin() + 128, panels.begin() + 130), (Floats{5, 0}));
  EXPECT_EQ(Floats(panels.begin() + 192, panels.begin() + 194), (Floats{6, 0}));

  const PackedBytes bytes(numbers, 2, 3);
  EXPECT_EQ(bytes.bytes[4], 51);  // 2 of 5
  EXPECT_EQ(bytes.bytes[5], 127);
  EXPECT_EQ(bytes.bytes[6], 0);
  EXPECT_EQ(bytes.sums[1], 178);
  EXPECT_FLOAT_EQ(bytes.scales[1], 5.0f / 127);
}

}  // namespace
}  // namespace vecstore
