// The values of one path, row by row, into a column: docs/format/columns.md.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "meta/column_format.h"
#include "meta/dictionary.h"
#include "meta/encoded_value.h"

namespace vecstore::meta {

inline constexpr std::size_t kMaxColumnTextBytes = 256;  // longer strings are irregular
inline constexpr std::size_t kMaxDictionaryBytes = 64u << 20;

// Holds 4 bytes for each row with a value, 8 for each (row, value) pair and each different value
// once; encoding takes as much again.
class ColumnBuilder {
 public:
  explicit ColumnBuilder(std::size_t max_dictionary_bytes = kMaxDictionaryBytes)
      : max_dictionary_bytes_(max_dictionary_bytes) {}

  // What stands at the path in `row`, not null; rows ascend. Clears `ok` on bytes that are no
  // value.
  void add(std::uint32_t row, const EncodedValue& value, bool& ok);
  bool has(std::uint32_t row) const { return row < next_row_; }

  // The column's arrays, to stand from `offset` of the data on, and its shape but for the path.
  ColumnShape encode(std::uint64_t rows, std::uint64_t offset, Bytes& out) const;

 private:
  void add_value(std::uint32_t row, const EncodedValue& value);
  void give_up();

  std::size_t max_dictionary_bytes_;
  bool given_up_ = false;  // too much to index: every row with a value is irregular
  std::uint32_t next_row_ = 0;
  Dictionary values_;
  Bytes key_;
  std::vector<std::uint32_t> pair_values_;
  std::vector<std::uint32_t> pair_rows_;
  std::vector<std::uint32_t> present_;
  std::vector<std::uint32_t> lists_;
  std::vector<std::uint32_t> lengths_;  // of the lists
  std::vector<std::uint32_t> irregular_;
};

}  // namespace vecstore::meta
