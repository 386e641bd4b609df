// The k nearest rows of a snapshot that pass a filter: segments with a graph are walked where that
// is cheaper, in the others every vector is looked at, which is exact.
//
// In a scan distances come first: a row's visibility, expiry and filter are looked at only when its
// distance would enter the answer, so that a query reads little beyond the vectors. Large snapshots
// are divided among the pool's threads; the answer does not depend on how.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "query/filter_bind.h"
#include "query/segment.h"
#include "vecstore/options.h"
#include "vecstore/query.h"

namespace vecstore::query {

struct SearchRequest {
  const Vector* vector = nullptr;  // null: every row that passes, ordered by id, at distance 0
  VectorField field = {};          // of the vector
  std::uint32_t field_number = 0;
  const BoundFilter* filter = nullptr;  // null: everything passes
  std::size_t k = 10;
  std::size_t ef = 50;  // rows that a walk keeps; at least k are
  Plan plan = Plan::kAuto;
  TimeMs now = 0;
  double deadline_ms = 0;  // on the clock of monotonic_ms; 0 = none
  const CancelToken* cancel = nullptr;
  ThreadPool* pool = nullptr;  // null: the caller's thread alone
};

struct FoundRow {
  double distance = 0;
  std::uint32_t segment = 0;  // position in the snapshot
  Row row = 0;
  std::string id;
};

struct SearchAnswer {
  std::vector<FoundRow> rows;  // nearest first, ties by id
  bool partial = false;        // the deadline or the token ended it
  std::uint64_t rows_scanned = 0;
  std::uint64_t distances = 0;
  std::uint64_t segments_walked = 0;
};

Result<SearchAnswer> search(const Snapshot& snapshot, const SearchRequest& request);

// True when the row counts for this reader: live, not soft-deleted or expired, and passing the
// filter (may be null).
Result<bool> passes(const Snapshot& snapshot, const Segment& segment, Row row,
                    const BoundFilter* filter, TimeMs now);

// True when the request's time is over or it was cancelled.
bool stopped(const SearchRequest& request);

// The filter alone, whatever the row's state.
Result<bool> matches(const Segment& segment, Row row, const RowInfo& info,
                     const BoundFilter* filter);

}  // namespace vecstore::query
