// Rows of one dense field as they lie in memory or in a mapped file.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vecstore::index {

// `count` rows, `stride` bytes apart. `factors` holds two floats per row, its euclidean norm and
// its scale (kI8: component = scale x stored byte, else 1), and is nullptr for fields that keep
// none.
struct DenseRows {
  const std::byte* rows = nullptr;
  const float* factors = nullptr;
  std::uint32_t count = 0;
  std::size_t stride = 0;
};

}  // namespace vecstore::index
