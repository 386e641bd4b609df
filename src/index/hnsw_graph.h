// A hierarchical navigable small world graph at rest (Malkov and Yashunin 2018): for every row its
// neighbours, on level 0 and, for a share 1/m of the rows of the level below, on each level above.
//
// Level 0 has up to 2 m neighbours a row at a fixed distance from each other, upper levels up to m.
// The bytes are those of docs/format/index.md; they are bounds-checked as they are used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "vecstore/status.h"

namespace vecstore::index {

inline constexpr std::uint32_t kMaxGraphRows = 0x7fffffff;

class HnswGraph {
 public:
  HnswGraph() = default;
  // The views outlive the graph. kDataLoss when sizes and numbers do not fit each other.
  static Result<HnswGraph> open(std::uint32_t rows, std::uint32_t m, std::uint32_t entry,
                                ByteView links, ByteView upper);

  std::uint32_t rows() const { return rows_; }
  std::uint32_t m() const { return m_; }
  // Where searches begin: a row on the highest level.
  std::uint32_t entry() const { return entry_; }
  std::uint32_t top_level() const { return top_level_; }
  // The highest that the row is on.
  std::uint32_t level(std::uint32_t row) const;
  std::uint64_t bytes() const { return bytes_; }

  // May name rows that do not exist when the bytes are damaged: whoever walks checks.
  std::span<const std::uint32_t> neighbours(std::uint32_t row) const {
    const std::uint32_t* list = links_ + std::size_t{row} * (2 * m_ + 1);
    return {list + 1, list[0] <= 2 * m_ ? list[0] : 0};
  }
  // Asks for what neighbours() will read.
  void prefetch(std::uint32_t row) const {
    const std::uint32_t* list = links_ + std::size_t{row} * (2 * m_ + 1);
    for (std::size_t at = 0; at <= 2 * m_; at += 16) __builtin_prefetch(list + at);
    __builtin_prefetch(list + 2 * m_);
  }
  // On a level >= 1; empty when the row is not on it.
  std::span<const std::uint32_t> neighbours_above(std::uint32_t row, std::uint32_t level) const;

 private:
  std::uint32_t rows_ = 0;
  std::uint32_t m_ = 0;
  std::uint32_t entry_ = 0;
  std::uint32_t top_level_ = 0;
  std::uint64_t bytes_ = 0;
  const std::uint32_t* links_ = nullptr;
  std::span<const std::uint32_t> upper_rows_;   // ascending
  std::span<const std::uint32_t> upper_first_;  // list of each row's level 1; one more at the end
  const std::uint32_t* upper_lists_ = nullptr;
};

}  // namespace vecstore::index
