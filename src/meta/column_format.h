// Where the arrays of a column lie in the block `columns.data`: docs/format/columns.md.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "vecstore/status.h"
#include "vecstore/value.h"

namespace vecstore::meta {

inline constexpr std::int64_t kColumnsVersion = 1;
inline constexpr std::uint64_t kColumnAlignment = 64;
inline constexpr std::uint64_t kMaxColumnRows = 0xfffffffe;

enum class RowSetKind : std::uint8_t { kNone, kAll, kArray, kBitmap };

struct RowSetShape {
  RowSetKind kind = RowSetKind::kNone;
  std::uint64_t count = 0;
  bool operator==(const RowSetShape&) const = default;
};

// One column in the directory.
struct ColumnShape {
  std::vector<std::string> path;
  std::uint64_t offset = 0;
  std::uint64_t bools = 0;
  std::uint64_t ints = 0;
  std::uint64_t doubles = 0;
  std::uint64_t strings = 0;
  std::uint64_t objects = 0;
  std::uint64_t string_bytes = 0;
  std::uint64_t times = 0;
  std::uint64_t times_ascend = 0;
  std::uint64_t dense = 0;
  std::uint64_t sparse = 0;
  RowSetShape present;
  RowSetShape lists;
  RowSetShape irregular;

  std::uint64_t codes() const { return bools + ints + doubles + strings + objects; }
  bool operator==(const ColumnShape&) const = default;
};

// Offsets in the block; each array ends where the next begins or a little before.
struct ColumnLayout {
  std::uint64_t starts = 0;
  std::uint64_t ints = 0;
  std::uint64_t doubles = 0;
  std::uint64_t ends = 0;
  std::uint64_t text = 0;
  std::uint64_t times = 0;
  std::uint64_t dense = 0;
  std::uint64_t rows = 0;
  std::uint64_t bitmaps = 0;
  std::uint64_t runs = 0;
  std::uint64_t present = 0;
  std::uint64_t lists = 0;
  std::uint64_t lengths = 0;
  std::uint64_t irregular = 0;
  std::uint64_t end = 0;
};

inline constexpr std::uint64_t kTimeBytes = 16;
inline constexpr std::uint64_t kDenseBytes = 8;

constexpr std::uint64_t bitmap_bytes(std::uint64_t rows) { return (rows + 63) / 64 * 8; }
// Whether the rows of a value, or of a set, take fewer bytes as a bitmap.
constexpr bool better_as_bitmap(std::uint64_t count, std::uint64_t rows) {
  return bitmap_bytes(rows) < count * 4;
}
// How many neighbours in the array `rows` have a bitmap together.
constexpr std::uint64_t run_length(std::uint64_t rows) {
  return std::max<std::uint64_t>(1024, (rows + 15) / 16);
}

// Of a shape whose counts are sane: what the writer makes, or decode_shape let through.
ColumnLayout layout_of(const ColumnShape& shape, std::uint64_t rows);

Object encode_shape(const ColumnShape& shape);

// kDataLoss unless every array lies within `data_bytes`; `rows` is at most kMaxColumnRows.
Result<ColumnShape> decode_shape(const Value& entry, std::uint64_t rows, std::uint64_t data_bytes);

// "a.b": for messages.
std::string path_name(const std::vector<std::string>& path);

}  // namespace vecstore::meta
