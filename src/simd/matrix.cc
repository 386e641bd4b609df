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

void pack_bytes(MatrixView from, std::size_t depth, std::size_t columns, std::size_t first,
                const BytePanels& panels) {
  for (std::size_t column = 0; column < columns; ++column) {
    const float* at = from.data + column * from.column_stride;
    const std::size_t place = first + column;
    float largest = 0;
    for (std::size_t row = 0; row < depth; ++row) {
      largest = std::max(largest, std::abs(at[row * from.row_stride]));
    }
    const float inverse = largest > 0 ? 127 / largest : 0;
    std::int8_t* to = panels.bytes + place / kPanelColumns * kPanelColumns * byte_depth(depth) +
                      place % kPanelColumns * 4;
    std::int32_t sum = 0;
    for (std::size_t row = 0; row < depth; ++row) {
      const float value = std::clamp(at[row * from.row_stride] * inverse, -127.0f, 127.0f);
      const auto byte = static_cast<std::int8_t>(std::nearbyint(value));
      to[row / 4 * 4 * kPanelColumns + row % 4] = byte;
      sum += byte;
    }
    panels.scales[place] = largest / 127;
    panels.sums[place] = sum;
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
