#include "simd/matrix.h"

#include <algorithm>
#include <cmath>

namespace vecstore {

void pack_panels(MatrixView from, std::size_t depth, std::size_t columns, std::size_t first,
                 float* panels) {
  // Sixteen rows at a time, so that the lines that are written stay in the first cache.
  constexpr std::size_t kRows = 16;
  for (std::size_t start = 0; start < depth; start += kRows) {
    const std::size_t rows = std::min(kRows, depth - start);
    for (std::size_t column = 0; column < columns; ++column) {
      const float* at = from.data + column * from.column_stride + start * from.row_stride;
      const std::size_t place = first + column;
      float* to = panels + place / kPanelColumns * kPanelColumns * depth + start * kPanelColumns +
                  place % kPanelColumns;
      for (std::size_t row = 0; row < rows; ++row) {
        to[row * kPanelColumns] = at[row * from.row_stride];
      }
    }
  }
}

namespace {

// One group of a column: `count` numbers `step` apart.
void pack_group(const float* at, std::size_t step, std::size_t count, std::int8_t* to, float& scale,
                std::int32_t& sum) {
  float largest = 0;
  for (std::size_t i = 0; i < count; ++i) largest = std::max(largest, std::abs(at[i * step]));
  const float inverse = largest > 0 ? 127 / largest : 0;
  scale = largest / 127;
  sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const float value = std::clamp(at[i * step] * inverse, -127.0f, 127.0f);
    const auto byte = static_cast<std::int8_t>(std::nearbyint(value));
    to[i / 4 * 4 * kPanelColumns + i % 4] = byte;
    sum += byte;
  }
}

}  // namespace

void pack_bytes(MatrixView from, std::size_t depth, std::size_t columns, std::size_t first,
                const BytePanels& panels) {
  for (std::size_t column = 0; column < columns; ++column) {
    const float* at = from.data + column * from.column_stride;
    const std::size_t place = first + column;
    std::int8_t* to = panels.bytes + place / kPanelColumns * kPanelColumns * byte_depth(depth) +
                      place % kPanelColumns * 4;
    for (std::size_t group = 0; group < byte_groups(depth); ++group) {
      const std::size_t row = group * kByteGroup;
      const std::size_t slot = group * panels.stride + place;
      pack_group(at + row * from.row_stride, from.row_stride, std::min(kByteGroup, depth - row),
                 to + row * kPanelColumns, panels.scales[slot], panels.sums[slot]);
    }
  }
}

const MatrixKernels& matrix_kernels() {
  const auto supported = supported_matrix_kernels();
  const MatrixKernels* chosen = supported.front();
  for (const MatrixKernels* table : supported) {
    if (table->isa == kernels().isa) chosen = table;
  }
  return *chosen;
}

}  // namespace vecstore
