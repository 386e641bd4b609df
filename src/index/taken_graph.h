// Begins a graph with one that was built before, some of whose rows are gone.
#pragma once

#include "base/bitmap.h"
#include "index/crew.h"
#include "index/growing_graph.h"
#include "index/old_graph.h"
#include "vecstore/status.h"

namespace vecstore::index {

// Puts those rows of `old` into the empty `graph` that are `wanted` (by their numbers now), on the
// levels and with the links that they had, and says which these are: all but copies of others,
// which hang below them and are linked to nothing else. A row that was linked to one that is gone
// keeps its other links, and chooses as many as it lost among the neighbours of those that are
// gone. kDataLoss when the old graph names rows or levels that it does not have.
Result<Bitmap> take_graph(const OldGraph& old, const Bitmap& wanted, GrowingGraph& graph,
                          const Crew& crew);

}  // namespace vecstore::index
