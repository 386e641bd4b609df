// Matrix products with packed right sides, and what stands between them in a transformer: as fast
// as this CPU can.
//
// Each instruction set has a table; the scalar one is the specification and the others agree with
// it: sums of bytes exactly, floats within rounding. A row of a product depends on that row of the
// left side, the right side and the table only, bit for bit: not on how many rows there are. All
// of it is safe from many threads.
//
// Rows of floats may be written, and read where not stated otherwise, up to the next multiple of
// kRowAlign numbers (padded()); what lies there does not count. Floats must be finite.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "simd/kernels.h"

namespace vecstore {

inline constexpr std::size_t kRowAlign = 16;
constexpr std::size_t padded(std::size_t count) { return (count + 15) / 16 * 16; }

// The right side of a product, `depth` rows by `columns`, lies in panels of 64 columns: for every
// row (floats) or four rows (bytes) the numbers of its columns follow each other, the four of a
// column side by side. Missing columns and rows are zeros. So every instruction set reads the same
// panels from front to back.
inline constexpr std::size_t kPanelColumns = 64;

constexpr std::size_t panel_count(std::size_t columns) {
  return (columns + kPanelColumns - 1) / kPanelColumns;
}
constexpr std::size_t byte_depth(std::size_t depth) { return (depth + 3) / 4 * 4; }

// A matrix in memory: number (row, column) is at row * row_stride + column * column_stride.
struct MatrixView {
  const float* data;
  std::size_t row_stride, column_stride;
};

// Puts `depth` by `columns` numbers in the panels as columns `first` on. Panels, of
// panel_count(all columns) * depth * 64 floats, begin as zeros; a multiple of 64 is the fastest
// place for them.
void pack_panels(MatrixView from, std::size_t depth, std::size_t columns, std::size_t first,
                 float* panels);

// Bytes have a scale for every kByteGroup rows of a column, and of the left side for as many
// numbers of a row: one scale for all would be that of the largest number among hundreds.
inline constexpr std::size_t kByteGroup = 128;
constexpr std::size_t byte_groups(std::size_t depth) {
  return (depth + kByteGroup - 1) / kByteGroup;
}

// Number (row, column) is scales[row / kByteGroup * stride + column] times its byte, the largest of
// a group 127; sums adds up the bytes of each group. The stride is padded(all columns).
struct BytePanels {
  std::int8_t* bytes;  // panel_count(all columns) * byte_depth(depth) * 64
  float* scales;
  std::int32_t* sums;
  std::size_t stride;
};
void pack_bytes(MatrixView from, std::size_t depth, std::size_t columns, std::size_t first,
                const BytePanels& panels);

enum class Activation : unsigned char {
  kNone,
  kRelu,
  kGelu,      // x times the normal distribution up to x, within 1e-6
  kGeluTanh,  // the same by way of tanh, as some models were trained with
};

// out = activation(left * right + bias).
struct FloatProduct {
  const float* left;  // read up to `depth`
  std::size_t left_stride;
  const float* panels;
  const float* bias;  // padded(columns); null: zeros
  float* out;
  std::size_t out_stride;
  std::size_t rows, depth, columns;
  Activation activation = Activation::kNone;
};

// Rows of bytes from 0 on: number i of row r stands for (left[i] - left_zeros[g]) * left_scales[g]
// where g is r * byte_groups(depth) + i / kByteGroup.
struct ByteProduct {
  const std::uint8_t* left;  // rows of byte_depth(depth), the last ones zero
  std::size_t left_stride;
  const float* left_scales;
  const std::int32_t* left_zeros;
  BytePanels right;
  const float* bias;  // padded(columns)
  float* out;
  std::size_t out_stride;
  std::size_t rows, depth, columns;
  Activation activation = Activation::kNone;
};

struct LayerNorm {
  const float* scale;  // padded(count)
  const float* shift;
  float epsilon;
};

struct MatrixKernels {
  Isa isa;
  std::string_view name;
  std::int32_t byte_limit;  // the largest byte that quantize() makes and multiply_bytes() takes

  void (*multiply)(const FloatProduct& product);
  void (*multiply_bytes)(const ByteProduct& product);

  // A row of `count` floats in bytes from 0 to byte_limit, from its smallest number (or 0) to its
  // largest (or 0); byte_depth(count) are written.
  void (*quantize)(const float* row, std::size_t count, std::uint8_t* out, float* scale,
                   std::int32_t* zero);

  // row = normalised (row + added): mean 0 and variance 1, times scale, plus shift. `added` may be
  // null.
  void (*layer_norm)(float* row, const float* added, std::size_t count, const LayerNorm& norm);

  // row = exp(scale row + added) / their sum. `added` may be null.
  void (*softmax)(float* row, const float* added, std::size_t count, float scale);
};

// The table for kernels(): the same instruction set, and of two that have it the better.
const MatrixKernels& matrix_kernels();

// What this CPU and build can run, scalar first, best last. A name stands for each: an instruction
// set may be there twice, with and without what later CPUs add to it.
std::span<const MatrixKernels* const> supported_matrix_kernels();

}  // namespace vecstore
