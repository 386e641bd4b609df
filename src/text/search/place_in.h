// Where a row stands among ascending ones.
#pragma once

#include <cstddef>
#include <span>

#include "text/index/field_format.h"

namespace vecstore::text {

// The place of the first that is not before `row`, else the number of rows; without branches that
// are hard to foretell.
inline std::size_t place_in(std::span<const Row> rows, Row row) {
  const Row* from = rows.data();
  std::size_t count = rows.size();
  while (count > 1) {
    const std::size_t half = count / 2;
    from += from[half - 1] < row ? half : 0;
    count -= half;
  }
  return static_cast<std::size_t>(from - rows.data()) + (count == 1 && *from < row ? 1 : 0);
}

}  // namespace vecstore::text
