// The specification: what the other tables are tested against, and what any CPU can run.
#include <algorithm>
#include <cmath>
#include <limits>

#include "simd/matrix_tables.h"

namespace vecstore {
namespace {

float activate(float x, Activation activation) {
  switch (activation) {
    case Activation::kNone:
      return x;
    case Activation::kRelu:
      return std::max(x, 0.0f);
    case Activation::kGelu:
      return 0.5f * x * std::erfc(x * -0.70710678f);
    case Activation::kGeluTanh:
      return 0.5f * x * (1 + std::tanh(0.79788456f * (x + 0.044715f * x * x * x)));
  }
  return x;
}

void multiply(const FloatProduct& p) {
  for (std::size_t r = 0; r < p.rows; ++r) {
    const float* left = p.left + r * p.left_stride;
    for (std::size_t first = 0; first < p.columns; first += kPanelColumns) {
      float sums[kPanelColumns] = {};
      const std::size_t count = std::min(kPanelColumns, p.columns - first);
      if (p.bias) std::copy_n(p.bias + first, count, sums);
      const float* right = p.panels + first * p.depth;
      for (std::size_t i = 0; i < p.depth; ++i, right += kPanelColumns) {
        for (std::size_t c = 0; c < kPanelColumns; ++c) sums[c] += left[i] * right[c];
      }
      float* out = p.out + r * p.out_stride + first;
      for (std::size_t c = 0; c < count; ++c) out[c] = activate(sums[c], p.activation);
    }
  }
}

// The sum over one group of a row of the left side and a column, without scales.
std::int32_t sum_of(const ByteProduct& p, std::size_t row, std::size_t column, std::size_t group) {
  const std::size_t begin = group * kByteGroup;
  const std::size_t count = std::min(kByteGroup, p.depth - begin);
  const std::uint8_t* left = p.left + row * p.left_stride + begin;
  const std::int8_t* right = p.right.bytes +
                             column / kPanelColumns * kPanelColumns * byte_depth(p.depth) +
                             begin * kPanelColumns + column % kPanelColumns * 4;
  std::int32_t sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    sum += left[i] * right[i / 4 * 4 * kPanelColumns + i % 4];
  }
  return sum;
}

void multiply_bytes(const ByteProduct& p) {
  const std::size_t groups = byte_groups(p.depth);
  for (std::size_t r = 0; r < p.rows; ++r) {
    for (std::size_t c = 0; c < p.columns; ++c) {
      float value = p.bias[c];
      for (std::size_t g = 0; g < groups; ++g) {
        const std::size_t of_left = r * groups + g, of_right = g * p.right.stride + c;
        const std::int32_t sum =
            sum_of(p, r, c, g) - p.left_zeros[of_left] * p.right.sums[of_right];
        value += static_cast<float>(sum) * (p.left_scales[of_left] * p.right.scales[of_right]);
      }
      p.out[r * p.out_stride + c] = activate(value, p.activation);
    }
  }
}

void quantize(const float* row, std::size_t count, std::uint8_t* out, float* scale,
              std::int32_t* zero) {
  float low = 0, high = 0;
  for (std::size_t i = 0; i < count; ++i) {
    low = std::min(low, row[i]);
    high = std::max(high, row[i]);
  }
  const float limit = static_cast<float>(kScalarMatrix.byte_limit);
  const float inverse = high > low ? limit / (high - low) : 0;
  const float start = std::nearbyint(-low * inverse);
  *scale = (high - low) / limit;
  *zero = static_cast<std::int32_t>(start);
  for (std::size_t i = 0; i < count; ++i) {
    const float value = std::nearbyint(row[i] * inverse) + start;
    out[i] = static_cast<std::uint8_t>(std::clamp(value, 0.0f, limit));
  }
  std::fill(out + count, out + byte_depth(count), std::uint8_t{0});
}

void layer_norm(float* row, const float* added, std::size_t count, const LayerNorm& norm) {
  double sum = 0, squares = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (added) row[i] += added[i];
    sum += double{row[i]};
  }
  const auto number = static_cast<double>(count);
  const double mean = sum / number;
  for (std::size_t i = 0; i < count; ++i) squares += (row[i] - mean) * (row[i] - mean);
  const double factor = 1 / std::sqrt(squares / number + double{norm.epsilon});
  for (std::size_t i = 0; i < count; ++i) {
    row[i] = static_cast<float>((row[i] - mean) * factor) * norm.scale[i] + norm.shift[i];
  }
}

void softmax(float* row, const float* added, std::size_t count, float scale) {
  float largest = -std::numeric_limits<float>::infinity();
  for (std::size_t i = 0; i < count; ++i) {
    row[i] = row[i] * scale + (added ? added[i] : 0);
    largest = std::max(largest, row[i]);
  }
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += double{row[i] = std::exp(row[i] - largest)};
  const auto factor = static_cast<float>(1 / sum);
  for (std::size_t i = 0; i < count; ++i) row[i] *= factor;
}

}  // namespace

constinit const MatrixKernels kScalarMatrix = {Isa::kScalar,   "scalar", 255,        multiply,
                                               multiply_bytes, quantize, layer_norm, softmax};

}  // namespace vecstore
