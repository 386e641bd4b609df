// A filter over the columns of a segment into a bitmap of its rows, a column at a time. The answer
// is that of evaluate() in filter_eval.h on every row.
//
// What columns cannot decide (fields without one, irregular values, positions in lists, $id and
// $text) is left to the rows themselves, and only to those that the rest of the filter leaves open.
#pragma once

#include <cstdint>
#include <functional>

#include "base/bitmap.h"
#include "meta/columns.h"
#include "query/column/column_codes.h"
#include "query/filter/filter_bind.h"
#include "query/filter/filter_eval.h"
#include "vecstore/status.h"

namespace vecstore::query {

// No row is in both; all others do not pass. `open` has no size when it has no row.
struct ColumnAnswer {
  Bitmap passed;
  Bitmap open;
};

Result<ColumnAnswer> ask_columns(const BoundFilter& filter, const meta::Columns& columns,
                                 const StopSign& stop = {});

// A row as filters see it; the views need to live until the next call only. An error ends it all.
using ReadRow = std::function<Result<FilterRow>(std::uint32_t row)>;

// Decides the open rows. Who is not interested in some rows takes them out of `open` first.
Result<Bitmap> settle(const BoundFilter& filter, const ReadRow& read_row, ColumnAnswer answer);

Result<Bitmap> evaluate(const BoundFilter& filter, const meta::Columns& columns,
                        const ReadRow& read_row, const StopSign& stop = {});

}  // namespace vecstore::query
