// What walks find of the rows that are not in the graph yet.
#pragma once

#include <cstdint>
#include <span>

#include "index/crew.h"
#include "index/growing_graph.h"
#include "index/recall_curve.h"
#include "vecstore/status.h"

namespace vecstore::index {

// The rows `held_out` look for their neighbours among `others`, kCurveK at least, which are all
// that is in the graph. Cost: a comparison of each with each, and a walk for each held out.
Result<RecallCurve> held_out_recall(const GrowingGraph& graph,
                                    std::span<const std::uint32_t> others,
                                    std::span<const std::uint32_t> held_out, const Crew& crew);

}  // namespace vecstore::index
