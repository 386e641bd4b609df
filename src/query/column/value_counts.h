// Which values stand in a field, and in how many rows: facets, and what numbers come to.
//
// A path reaches what it reaches in a filter; of a list at its end it reaches the elements.
// Booleans, numbers and strings count, each once in a row; an integer and the double equal to it
// are one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "base/bitmap.h"
#include "meta/columns.h"
#include "meta/dictionary.h"
#include "query/column/column_filter.h"
#include "query/filter/filter_tree.h"
#include "vecstore/status.h"
#include "vecstore/value.h"

namespace vecstore::query {

// Calls fn(value, count) for the values in `rows`; a value may come again, the counts then add up.
// Rows are read where columns do not know the value, and all of them when `columns` is nullptr.
Status for_each_value(const Path& path, const meta::Columns* columns, const Bitmap& rows,
                      const ReadRow& read_row,
                      const std::function<void(const Value&, std::uint64_t)>& fn);

// Of many segments together.
class ValueCounts {
 public:
  struct Entry {
    Value value;
    std::uint64_t count = 0;
    bool operator==(const Entry&) const = default;
  };

  void add(const Value& value, std::uint64_t count);
  std::size_t different() const { return entries_.size(); }
  // The most frequent first, equally frequent ones in the order of values.
  std::vector<Entry> top(std::size_t limit) const;

 private:
  meta::Dictionary keys_;
  Bytes key_;
  std::vector<Entry> entries_;
};

// Values that are no numbers are passed over.
struct NumberSummary {
  std::uint64_t count = 0;
  double sum = 0;
  Value least;  // null when there is none
  Value greatest;

  void add(const Value& value, std::uint64_t times);
};

}  // namespace vecstore::query
