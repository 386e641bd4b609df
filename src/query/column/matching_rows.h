// Which rows of a segment count for a reader and pass a filter: one at a time, or all together
// where columns can tell.
#pragma once

#include <optional>
#include <vector>

#include "base/bitmap.h"
#include "query/column/column_codes.h"
#include "query/filter/filter_bind.h"
#include "query/segment.h"
#include "vecstore/plan.h"
#include "vecstore/status.h"

namespace vecstore::query {

// True when the row counts for this reader: live, not soft-deleted or expired, and passing the
// filter (may be null).
Result<bool> passes(const Snapshot& snapshot, const Segment& segment, Row row,
                    const BoundFilter* filter, TimeMs now);

// The filter alone, whatever the row's state.
Result<bool> matches(const Segment& segment, Row row, const RowInfo& info,
                     const BoundFilter* filter);

// Every row that passes; a bit for each row of the part. Nothing when that would mean to look at
// most rows one by one: the segment has no columns, or they cannot decide the filter. Cost: a few
// passes over bitmaps, and what columns leave open. kCancelled when `stop` says so.
Result<std::optional<Bitmap>> matching_rows(const Snapshot& snapshot, const SegmentRows& part,
                                            const BoundFilter& filter, TimeMs now,
                                            const StopSign& stop = {});

// What a search may find of one segment.
struct AllowedRows {
  std::optional<Bitmap> rows = {};  // all of it; nothing: each row is asked when it contends
  std::uint64_t count = 0;          // of `rows`
  double ms = 0;                    // that it took to find out
  FirstReads first_reads = {};
};

// matching_rows() of every segment.
Result<std::vector<AllowedRows>> allowed_rows(const Snapshot& snapshot, const BoundFilter& filter,
                                              TimeMs now, const StopSign& stop = {});

// Every row that counts for the reader.
Result<Bitmap> counting_rows(const Snapshot& snapshot, const SegmentRows& part, TimeMs now);

}  // namespace vecstore::query
