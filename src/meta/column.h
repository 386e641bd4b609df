// One column of a segment, read where it lies: which values stand at a path, and in which rows.
//
// Different values have codes, in ascending order by kind. Every offset and number is checked
// before it is used; what cannot be is kDataLoss and names the column. Nothing is held beyond the
// shape, so that a column is cheap and immutable: safe from many threads as far as its source is.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bitmap.h"
#include "base/bytes.h"
#include "meta/column_format.h"
#include "meta/instant.h"
#include "meta/number.h"
#include "vecstore/status.h"

namespace vecstore::meta {

// Reads `length` bytes of the block `columns.data`; `scratch` may back the result.
using ReadColumns =
    std::function<Result<ByteView>(std::uint64_t offset, std::uint64_t length, Bytes& scratch)>;

// Values that follow one another: [begin, end).
struct Codes {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  bool empty() const { return begin >= end; }
  std::uint32_t size() const { return empty() ? 0 : end - begin; }
  bool operator==(const Codes&) const = default;
};

// Rows with a regular value, those of them with a list, rows whose value the column does not know.
enum class RowSet { kPresent, kLists, kIrregular };

class Column {
 public:
  // `read` outlives the column.
  Column(ColumnShape shape, std::uint64_t rows, const ReadColumns* read);

  const std::vector<std::string>& path() const { return shape_.path; }
  std::uint64_t rows() const { return rows_; }

  // The codes of each kind of value, in this order. Booleans are false and true.
  Codes bools() const { return {0, static_cast<std::uint32_t>(shape_.bools)}; }
  Codes ints() const { return after(bools(), shape_.ints); }
  Codes doubles() const { return after(ints(), shape_.doubles); }
  Codes strings() const { return after(doubles(), shape_.strings); }
  Codes objects() const { return after(strings(), shape_.objects); }
  Codes all() const { return {0, objects().end}; }

  // The first code of that kind whose value is not less than the given one or, with `beyond`,
  // greater; the kind's end when there is none. log n reads.
  Result<std::uint32_t> first_int(const Number& value, bool beyond) const;
  Result<std::uint32_t> first_double(const Number& value, bool beyond) const;
  Result<std::uint32_t> first_string(std::string_view value, bool beyond) const;

  // The strings that are times stand in order of the instants too; these are positions there.
  std::uint32_t times() const { return static_cast<std::uint32_t>(shape_.times); }
  Result<std::uint32_t> first_time(const Instant& value, bool beyond) const;
  // Of the times [first, last): their codes, in that order, neighbours joined.
  Result<std::vector<Codes>> codes_of_times(std::uint32_t first, std::uint32_t last) const;

  // Calls fn(code, text) for those `among` strings() that contain `part`, in order, until it
  // returns false; the text does not outlive the call.
  Status for_each_string(Codes among, std::string_view part,
                         const std::function<bool(std::uint32_t, std::string_view)>& fn) const;
  // Of a code among all(); an object is {}.
  Result<Value> value(std::uint32_t code) const;

  // How many (row, value) pairs: of a column without lists, how many rows.
  Result<std::uint64_t> pairs(Codes codes) const;
  // Adds the rows that have one of the values to `to`, of rows() bits; `ranges` ascend.
  Status add_rows(std::span<const Codes> ranges, Bitmap& to) const;
  // Calls fn(code, count) for values that some of `among`, of rows() bits, have; codes ascend.
  Status count_values(const Bitmap& among,
                      const std::function<void(std::uint32_t, std::uint64_t)>& fn) const;

  std::uint64_t count(RowSet set) const { return shape_of(set).count; }
  Status add_set(RowSet set, Bitmap& to) const;
  // Calls fn(row, length) for rows with a list, ascending. The length counts repetitions.
  Status for_each_list(const std::function<void(std::uint32_t, std::uint32_t)>& fn) const;

 private:
  // Of some neighbouring codes: values with bitmaps, and their part of the array `rows`.
  struct Place {
    std::uint64_t first_bitmap;
    std::uint64_t last_bitmap;
    std::uint64_t begin;
    std::uint64_t end;
  };

  static Codes after(Codes previous, std::uint64_t count) {
    return {previous.end, previous.end + static_cast<std::uint32_t>(count)};
  }
  const RowSetShape& shape_of(RowSet set) const;
  std::uint64_t offset_of(RowSet set) const;
  Status damaged(const std::string& what) const;
  Result<ByteView> read(std::uint64_t offset, std::uint64_t length, Bytes& scratch) const;
  template <typename IsBefore>
  Result<std::uint32_t> first_not(std::uint64_t offset, std::uint64_t width, std::uint64_t count,
                                  const IsBefore& is_before) const;
  Result<std::string_view> string(std::uint32_t index, Bytes& scratch) const;
  Result<std::uint32_t> code_of_time(const std::byte* entry) const;
  Result<Place> place_of(std::uint32_t begin, std::uint32_t end, Codes codes, ByteView dense) const;
  Status add_place(const Place& place, Bitmap& to) const;
  Status add_array(std::uint64_t offset, std::uint64_t count, Bitmap& to) const;
  Status add_bitmap(std::uint64_t offset, Bitmap& to) const;

  ColumnShape shape_;
  ColumnLayout at_;
  std::uint64_t rows_;
  const ReadColumns* read_;
};

}  // namespace vecstore::meta
