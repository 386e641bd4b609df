// Builds the graph of docs/format/index.md over coded rows.
#pragma once

#include <cstdint>
#include <functional>

#include "base/bytes.h"
#include "index/crew.h"
#include "index/old_graph.h"
#include "index/recall_curve.h"
#include "quant/scalar_code.h"
#include "vecstore/options.h"
#include "vecstore/status.h"

namespace vecstore::index {

inline constexpr std::size_t kMaxHeldOut = 512;

struct BuiltHnsw {
  std::uint32_t entry = 0;
  Bytes links;  // level 0
  Bytes upper;
  RecallCurve recall;  // of no points where there are too few rows to hold some back
};

// Rows are `codes` apart by code.stride(); a row that `present` is false for is left out (no links,
// never found). Rows go in in an order that depends on the seed, in batches that grow with the
// graph: each row of a batch finds its neighbours by a search of `ef_construction` in the graph as
// it was before the batch and keeps those that are nearer to it than to each other; then all are
// linked back. The last, a sixteenth but kMaxHeldOut at most, are looked for in the graph of the
// others before they go in, which gives the curve of recall. The result depends on the codes and
// the options alone, not on the threads that `pace` allows. Cost: rows x about 15 ef_construction
// distances. `pace` is kept about every 128 rows of a thread and ends the build when it is not ok.
// At least one row is present.
//
// `old` are graphs of the same m over some of the rows, which save work: the largest is taken over
// (take_graph) unless most of its rows are gone, and the rows of the others start their searches
// from what they were linked to. Then the result depends on these graphs as well. kDataLoss when
// one of them is damaged.
Result<BuiltHnsw> build_hnsw(const quant::ScalarCode& code, ByteView codes,
                             const std::function<bool(std::uint32_t)>& present,
                             const HnswOptions& options, const Pace& pace,
                             std::span<const OldGraph> old = {});

}  // namespace vecstore::index
