// The values of a column as they were met, sorted into the arrays of docs/format/columns.md.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "meta/column_format.h"
#include "meta/dictionary.h"
#include "meta/encoded_value.h"
#include "meta/instant.h"

namespace vecstore::meta {

// A value, not null and no list, as a key of the dictionary: equal values have equal keys.
void make_value_key(const EncodedValue& value, Bytes& key);

class ColumnEncoder {
 public:
  // `pair_values` are numbers in `values`, which outlives this; `pair_rows` ascend. A value may
  // come to a row more than once, and counts once.
  ColumnEncoder(const Dictionary& values, std::uint64_t rows,
                std::span<const std::uint32_t> pair_values,
                std::span<const std::uint32_t> pair_rows);

  // The counts of values and pairs.
  ColumnShape shape() const;
  // All arrays but the row sets, to where `at` says from `base` on; the bytes there are zero.
  void store(const ColumnLayout& at, std::byte* base) const;

 private:
  struct Time {
    Instant instant;
    std::uint32_t code;
  };

  void sort_values();
  void sort_pairs(std::span<const std::uint32_t> pair_values,
                  std::span<const std::uint32_t> pair_rows);
  void drop_repeats();
  void find_times();
  std::span<const std::uint32_t> rows_of(std::uint32_t code) const {
    return std::span(rows_by_code_).subspan(starts_[code], starts_[code + 1] - starts_[code]);
  }
  bool is_dense(std::uint32_t code) const {
    return better_as_bitmap(starts_[code + 1] - starts_[code], rows_);
  }
  std::uint32_t codes() const { return static_cast<std::uint32_t>(by_code_.size()); }
  void store_values(const ColumnLayout& at, std::byte* base) const;
  void store_times(std::byte* to) const;
  void store_rows(const ColumnLayout& at, std::byte* base) const;

  const Dictionary& values_;
  const std::uint64_t rows_;
  std::vector<std::uint32_t> by_code_;  // numbers in the dictionary
  std::vector<std::uint32_t> starts_;
  std::vector<std::uint32_t> rows_by_code_;
  std::vector<Time> times_;
};

void store_bitmap(std::span<const std::uint32_t> rows, std::byte* to);

}  // namespace vecstore::meta
