// How many rows of a segment pass a filter, from its columns: what a planner chooses by.
#pragma once

#include <cstdint>

#include "meta/columns.h"
#include "query/filter_bind.h"
#include "vecstore/status.h"

namespace vecstore::query {

// No fewer than `least`, no more than `most`. All three are the number itself for one clause whose
// column has neither lists nor irregular rows (nor, for text, thousands of different strings);
// `likely` takes several clauses to be independent of each other.
struct RowEstimate {
  std::uint64_t least = 0;
  std::uint64_t likely = 0;
  std::uint64_t most = 0;
  bool operator==(const RowEstimate&) const = default;
};

// Some microseconds a clause: reads neither rows nor bitmaps.
Result<RowEstimate> estimate(const BoundFilter& filter, const meta::Columns& columns);

}  // namespace vecstore::query
