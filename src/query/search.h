// The k nearest rows of a snapshot that pass a filter: segments with a graph are walked where that
// is cheaper, in the others every vector is looked at, which is exact.
//
// In a scan distances come first: where the rows that may be found are not known beforehand, a
// row's visibility, expiry and filter are looked at only when its distance would enter the answer,
// so that a query reads little beyond the vectors. Large snapshots are divided among the pool's
// threads; the answer does not depend on how.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/thread_pool.h"
#include "query/column/matching_rows.h"
#include "query/filter/filter_bind.h"
#include "query/segment.h"
#include "vecstore/options.h"
#include "vecstore/query.h"

namespace vecstore::query {

// A row of a snapshot.
struct RowAt {
  std::uint32_t segment = 0;
  Row row = 0;
};

struct SearchRequest {
  const Vector* vector = nullptr;  // null: every row that passes, ordered by id, at distance 0
  VectorField field = {};          // of the vector
  std::uint32_t field_number = 0;
  // One for each segment: the rows that may be found; empty: all that count.
  std::span<const AllowedRows> allowed = {};
  const BoundFilter* filter =
      nullptr;  // of rows in segments where `allowed` does not know; null: all pass
  std::size_t k = 10;
  std::size_t ef = 50;       // rows that a walk keeps; at least k are
  double target_recall = 0;  // above 0: instead of ef, by what each graph is known to need
  Plan plan = Plan::kAuto;
  bool plan_only = false;  // nothing is searched
  // Walks go around this row, as if its graph did not have it; other plans find it.
  std::optional<RowAt> around = {};
  TimeMs now = 0;
  double deadline_ms = 0;  // on the clock of monotonic_ms; 0 = none
  const CancelToken* cancel = nullptr;
  ThreadPool* pool = nullptr;  // null: the caller's thread alone

  bool filtered() const { return !allowed.empty(); }
  // Of one segment, where they are known.
  const Bitmap* allowed_in(std::uint32_t segment) const {
    return filtered() && allowed[segment].rows ? &*allowed[segment].rows : nullptr;
  }
};

struct FoundRow {
  double distance = 0;
  std::uint32_t segment = 0;  // position in the snapshot
  Row row = 0;
  std::string id;
};

// How a segment was searched, and what that took.
struct SegmentWork {
  Plan arm = Plan::kScan;
  std::string_view why = {};
  Row rows = 0;
  std::optional<std::uint64_t> matches = {};  // rows that pass, where they were counted
  std::size_t ef = 0;                         // rows that a walk keeps
  std::size_t together = 0;                   // of so many graphs; 0: of this one
  std::size_t least = 0;                      // that it looks into of this one then
  std::uint64_t expected_distances = 0;
  std::uint64_t otherwise = 0;  // of the arm that was not taken, where costs decided
  std::uint64_t rows_scanned = 0;
  std::uint64_t distances = 0;  // of vectors
  std::uint64_t codes = 0;      // compared
  bool by_graph = false;        // by a graph, or the codes that belong to one
  bool swept = false;           // a walk found too few: the codes of all that match were compared
  double plan_ms = 0;           // the filter over the columns
  double ms = 0;  // where threads share a scan: the time they all took, by the share of the work
  std::size_t threads = 0;  // that shared it
  FirstReads plan_first_reads = {};
  FirstReads first_reads = {};
};

struct SearchAnswer {
  std::vector<FoundRow> rows;         // nearest first, ties by id
  std::vector<SegmentWork> segments;  // as in the snapshot
  bool partial = false;               // the deadline or the token ended it
};

Result<SearchAnswer> search(const Snapshot& snapshot, const SearchRequest& request);

// True when the request's time is over or it was cancelled.
bool stopped(const SearchRequest& request);

}  // namespace vecstore::query
