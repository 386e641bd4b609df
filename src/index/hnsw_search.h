// A walk through a graph: from its entry downhill to the rows nearest to a query.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bitmap.h"
#include "index/hnsw_walk.h"
#include "vecstore/status.h"

namespace vecstore::index {

struct HnswSearch {
  std::size_t ef = 0;  // rows kept while walking; at most this many are found
  // Only these rows are found, though all are walked through; null: every row.
  const Bitmap* allowed = nullptr;
  std::uint32_t around = HnswWalk::kNoRow;  // see HnswWalk::go_around
  std::uint64_t max_distances = 0;  // with `allowed`: gives up beyond; 0: no limit
};

struct HnswFound {
  std::vector<Candidate> rows;  // nearest first, by the estimated squared distance
  std::uint64_t distances = 0;
  bool gave_up = false;  // max_distances was reached: better rows may be missing
};

// kDataLoss when the graph names a row that does not exist. Safe from many threads; each keeps the
// memory it walked with.
Result<HnswFound> search_hnsw(const CodedGraph& on, const quant::CodeQuery& query,
                              const HnswSearch& search);

}  // namespace vecstore::index
