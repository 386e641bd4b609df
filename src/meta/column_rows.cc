// Column's rows: bitmaps, arrays of rows, row sets.
#include <algorithm>
#include <bit>

#include "base/coding.h"
#include "meta/column.h"

namespace vecstore::meta {
namespace {

std::uint32_t number_at(ByteView numbers, std::uint64_t index) {
  return load_u32(numbers.data() + index * 4);
}

// Entries are two numbers: the code, and how many pairs values with bitmaps had before.
std::uint64_t first_dense(ByteView dense, std::uint32_t code) {
  std::uint64_t low = 0;
  std::uint64_t high = dense.size() / kDenseBytes - 1;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (number_at(dense, middle * 2) < code) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

}  // namespace

Result<std::uint64_t> Column::pairs(Codes codes) const {
  if (codes.empty()) return 0;
  Bytes scratch;
  VECSTORE_ASSIGN(ByteView start, read(at_.starts + std::uint64_t{codes.begin} * 4, 4, scratch));
  const std::uint32_t begin = number_at(start, 0);
  VECSTORE_ASSIGN(start, read(at_.starts + std::uint64_t{codes.end} * 4, 4, scratch));
  if (begin > number_at(start, 0)) return damaged("starts descend");
  return std::uint64_t{number_at(start, 0) - begin};
}

// `begin` and `end` are the starts of the two ends of `codes`.
Result<Column::Place> Column::place_of(std::uint32_t begin, std::uint32_t end, Codes codes,
                                       ByteView dense) const {
  const std::uint64_t first = first_dense(dense, codes.begin);
  const std::uint64_t last = first_dense(dense, codes.end);
  const std::uint64_t before = number_at(dense, first * 2 + 1);
  const std::uint64_t within = number_at(dense, last * 2 + 1);
  if (first > last || before > begin || within > end || begin - before > end - within ||
      end - within > shape_.sparse)
    return damaged("starts do not fit the values with bitmaps");
  return Place{first, last, begin - before, end - within};
}

Status Column::add_rows(std::span<const Codes> ranges, Bitmap& to) const {
  if (ranges.empty()) return {};
  Bytes starts_scratch;
  Bytes dense_scratch;
  const std::uint64_t base = ranges.front().begin;
  if (ranges.back().end <= base) return {};
  VECSTORE_ASSIGN(const ByteView starts,
                  read(at_.starts + base * 4, (ranges.back().end - base + 1) * 4, starts_scratch));
  VECSTORE_ASSIGN(const ByteView dense,
                  read(at_.dense, (shape_.dense + 1) * kDenseBytes, dense_scratch));
  for (const Codes& codes : ranges) {
    if (codes.empty()) continue;
    VECSTORE_ASSIGN(const Place place, place_of(number_at(starts, codes.begin - base),
                                                number_at(starts, codes.end - base), codes, dense));
    VECSTORE_TRY(add_place(place, to));
  }
  return {};
}

// Whole runs come as bitmaps, what is left at the edges row by row.
Status Column::add_place(const Place& place, Bitmap& to) const {
  for (std::uint64_t i = place.first_bitmap; i < place.last_bitmap; ++i)
    VECSTORE_TRY(add_bitmap(at_.bitmaps + i * bitmap_bytes(rows_), to));
  const std::uint64_t length = run_length(rows_);
  const std::uint64_t first = (place.begin + length - 1) / length;
  const std::uint64_t last = place.end / length;
  if (first >= last) return add_array(at_.rows + place.begin * 4, place.end - place.begin, to);
  for (std::uint64_t i = first; i < last; ++i)
    VECSTORE_TRY(add_bitmap(at_.runs + i * bitmap_bytes(rows_), to));
  VECSTORE_TRY(add_array(at_.rows + place.begin * 4, first * length - place.begin, to));
  return add_array(at_.rows + last * length * 4, place.end - last * length, to);
}

Status Column::add_array(std::uint64_t offset, std::uint64_t count, Bitmap& to) const {
  Bytes scratch;
  VECSTORE_ASSIGN(const ByteView bytes, read(offset, count * 4, scratch));
  const std::span<std::uint64_t> words = to.words();
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint32_t row = number_at(bytes, i);
    if (row >= rows_) return damaged("row " + std::to_string(row) + " of " + std::to_string(rows_));
    words[row / 64] |= std::uint64_t{1} << (row % 64);
  }
  return {};
}

Status Column::add_bitmap(std::uint64_t offset, Bitmap& to) const {
  Bytes scratch;
  VECSTORE_ASSIGN(const ByteView bytes, read(offset, bitmap_bytes(rows_), scratch));
  const std::span<std::uint64_t> words = to.words();
  const std::byte* at = bytes.data();
  const std::size_t count = words.size();
  for (std::size_t i = 0; i < count; ++i) words[i] |= load_u64(at + i * 8);
  if (rows_ % 64 == 0 || words.back() >> (rows_ % 64) == 0) return {};
  words.back() &= ~std::uint64_t{0} >> (64 - rows_ % 64);
  return damaged("a bitmap has rows beyond " + std::to_string(rows_));
}

Status Column::add_set(RowSet set, Bitmap& to) const {
  switch (shape_of(set).kind) {
    case RowSetKind::kNone:
      return {};
    case RowSetKind::kAll:
      to.set_range(0, to.size());
      return {};
    case RowSetKind::kArray:
      return add_array(offset_of(set), shape_of(set).count, to);
    case RowSetKind::kBitmap:
      return add_bitmap(offset_of(set), to);
  }
  return {};
}

Status Column::for_each_list(const std::function<void(std::uint32_t, std::uint32_t)>& fn) const {
  const std::uint64_t count = shape_.lists.count;
  Bytes scratch;
  VECSTORE_ASSIGN(const ByteView lengths, read(at_.lengths, count * 4, scratch));
  Bitmap rows(static_cast<std::size_t>(rows_));
  VECSTORE_TRY(add_set(RowSet::kLists, rows));
  if (rows.count() != count) return damaged("the number of lists is not that of its rows");
  std::uint64_t next = 0;
  rows.for_each(
      [&](std::size_t row) { fn(static_cast<std::uint32_t>(row), number_at(lengths, next++)); });
  return {};
}

Status Column::count_values(const Bitmap& among,
                            const std::function<void(std::uint32_t, std::uint64_t)>& fn) const {
  Bytes scratch[3];
  VECSTORE_ASSIGN(const ByteView starts,
                  read(at_.starts, (std::uint64_t{all().end} + 1) * 4, scratch[0]));
  VECSTORE_ASSIGN(const ByteView dense,
                  read(at_.dense, (shape_.dense + 1) * kDenseBytes, scratch[1]));
  VECSTORE_ASSIGN(const ByteView rows, read(at_.rows, shape_.sparse * 4, scratch[2]));
  Bitmap of(static_cast<std::size_t>(rows_));
  for (std::uint32_t code = 0; code < all().end; ++code) {
    VECSTORE_ASSIGN(
        const Place place,
        place_of(number_at(starts, code), number_at(starts, code + 1), {code, code + 1}, dense));
    std::uint64_t count = 0;
    for (std::uint64_t i = place.begin; i < place.end; ++i) {
      const std::uint32_t row = number_at(rows, i);
      if (row >= rows_) return damaged("row " + std::to_string(row) + " is beyond the last");
      count += among.test(row) ? 1 : 0;
    }
    if (place.first_bitmap < place.last_bitmap) {
      of = Bitmap(static_cast<std::size_t>(rows_));
      VECSTORE_TRY(add_bitmap(at_.bitmaps + place.first_bitmap * bitmap_bytes(rows_), of));
      of &= among;
      count += of.count();
    }
    if (count > 0) fn(code, count);
  }
  return {};
}

}  // namespace vecstore::meta
