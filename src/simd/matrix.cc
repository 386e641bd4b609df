#include "simd/matrix.h"

#include <algorithm>
#include <cmath>

namespace vecstore {

void pack_panels(MatrixView from, std::size_t depth, std::size_t columns, float* panels) {
  for (std::size_t first = 0; first < columns; first += kPanelColumns) {
    const std::size_t count = std::min(kPanelColumns, columns - first);
    float* panel = panels + first * depth;
    if (count < kPanelColumns) std::fill_n(panel, depth * kPanelColumns, 0.0f);
    for (std::size_t column = 0; column < count; ++column) {
      const float* at = from.data + (first + column) * from.column_stride;
      for (std::size_t row = 0; row < depth; ++row) {
        panel[row * kPanelColumns + column] = at[row * from.row_stride];
      }
    }
  }
}

PackedBytes pack_bytes(MatrixView from, std::size_t depth, std::size_t columns) {
  PackedBytes packed;
  const std::size_t panel_bytes = byte_depth(depth) * kPanelColumns;
  packed.panels.resize(panel_count(columns) * panel_bytes);
  packed.scales.resize(padded(columns));
  packed.sums.resize(padded(columns));
  for (std::size_t column = 0; column < columns; ++column) {
    const float* at = from.data + column * from.column_stride;
    float largest = 0;
    for (std::size_t row = 0; row < depth; ++row) {
      largest = std::max(largest, std::abs(at[row * from.row_stride]));
    }
    packed.scales[column] = largest / 127;
    const float inverse = largest > 0 ? 127 / largest : 0;
    std::int8_t* panel = packed.panels.data() + column / kPanelColumns * panel_bytes;
    for (std::size_t row = 0; row < depth; ++row) {
      const float value = std::clamp(at[row * from.row_stride] * inverse, -127.0f, 127.0f);
      const auto byte = static_cast<std::int8_t>(std::nearbyint(value));
      panel[row / 4 * 4 * kPanelColumns + column % kPanelColumns * 4 + row % 4] = byte;
      packed.sums[column] += byte;
    }
  }
  return packed;
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
