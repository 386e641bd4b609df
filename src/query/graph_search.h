// The nearest rows of one segment by its graph, with and without a filter.
//
// Without one: a walk, then what is dead is dropped. With one: the rows that match are counted; few
// are compared one by one, by their codes, many are found by a walk that keeps only them. When a
// walk finds too few, all that match are compared: min(k, matches) rows always come back.
#pragma once

#include <optional>
#include <vector>

#include "query/search.h"

namespace vecstore::query {

// What it took, and what was found.
struct GraphFound {
  std::vector<Row> rows;  // that pass; the k nearest are nearly always among them
  std::uint64_t rows_scanned = 0;
  std::uint64_t distances = 0;
  bool partial = false;  // the deadline or the token ended it
};

// Whether the segment's graph is the cheaper way for this request, or the one that is asked for.
// The request has a dense vector.
bool prefers_graph(const index::HnswIndex& index, const SearchRequest& request);

// Compares codes: whoever gives an answer compares the rows themselves.
Result<GraphFound> search_graph(const Snapshot& snapshot, const SegmentRows& part,
                                const index::HnswIndex& index, const SearchRequest& request);

}  // namespace vecstore::query
