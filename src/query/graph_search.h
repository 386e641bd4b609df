// The nearest rows of one segment by its graph and codes.
//
// Without a filter: a walk, then what is dead is dropped. With one: a walk that keeps only rows
// that match, or a comparison of the codes of all of them. When a walk finds too few, all that
// match are compared: min(k, matches) rows always come back.
#pragma once

#include <vector>

#include "query/plan_segment.h"

namespace vecstore::query {

// What it took, and what was found.
struct GraphFound {
  std::vector<Row> rows;  // that pass; the k nearest are nearly always among them
  std::uint64_t rows_scanned = 0;
  std::uint64_t distances = 0;
  bool swept = false;    // a walk found too few: the codes of all that match were compared
  bool partial = false;  // the deadline or the token ended it
};

// For a plan to walk or to sweep. Compares codes: whoever gives an answer compares the vectors.
Result<GraphFound> search_graph(const Snapshot& snapshot, const SegmentRows& part,
                                const SegmentPlan& plan, const SearchRequest& request);

}  // namespace vecstore::query
