#include "index/held_out_recall.h"

#include <algorithm>
#include <array>
#include <vector>

#include "index/top_k.h"

namespace vecstore::index {
namespace {

// Rows held out whose codes stay in the cache while all others pass by.
constexpr std::size_t kAtOnce = 16;
constexpr std::size_t kWalksBetween = 32;

using Shares = std::array<double, std::size(kCurveEfs)>;
using Nearest = TopK<float, std::less<>>;

// How far the last of the kCurveK nearest among `others` is from each of `rows`.
void distances_to_last(const GrowingGraph& graph, std::span<const std::uint32_t> others,
                       std::span<const std::uint32_t> rows, float* out) {
  std::vector<Nearest> nearest(rows.size(), {kCurveK, {}});
  float distances[kAtOnce];
  for (const std::uint32_t other : others) {
    graph.code().distances(graph.query_of(other), graph.codes(), rows, distances);
    for (std::size_t i = 0; i < rows.size(); ++i) nearest[i].push(distances[i]);
  }
  for (std::size_t i = 0; i < rows.size(); ++i) out[i] = nearest[i].worst();
}

// The share of the kCurveK nearest that the beam has; rows equally far as the last will do.
double found_within(const NearestList& beam, float farthest) {
  std::size_t found = 0;
  while (found < std::min(beam.size(), kCurveK) && beam.at(found).distance <= farthest) ++found;
  return static_cast<double>(found) / kCurveK;
}

// What walks of all widths find, by the widest alone: it looks into the same rows in the same order
// as a narrower one, until that has looked into all of the nearest it keeps. Once all are found,
// wider ones find no more.
Shares walk(GraphWalker& walker, const GrowingGraph& graph, std::uint32_t row, float farthest) {
  Shares shares;
  std::size_t width = 0;
  const quant::CodeQuery from = graph.query_of(row);
  const auto step = [&](const NearestList& beam) {
    for (; width < shares.size() && beam.expanded() >= kCurveEfs[width]; ++width) {
      shares[width] = found_within(beam, farthest);
      if (shares[width] == 1) return false;
    }
    return width < shares.size();
  };
  walker.search_until(from, walker.descend(from, 0), kCurveEfs[shares.size() - 1], step);
  for (; width < shares.size(); ++width) shares[width] = found_within(walker.beam(), farthest);
  return shares;
}

}  // namespace

Result<RecallCurve> held_out_recall(const GrowingGraph& graph,
                                    std::span<const std::uint32_t> others,
                                    std::span<const std::uint32_t> held_out, const Crew& crew) {
  std::vector<float> farthest(held_out.size());
  const std::size_t blocks = (held_out.size() + kAtOnce - 1) / kAtOnce;
  VECSTORE_TRY(crew.for_each(blocks, 1, [&](std::size_t, std::size_t block) {
    const std::size_t begin = block * kAtOnce;
    const auto rows = held_out.subspan(begin, std::min(kAtOnce, held_out.size() - begin));
    distances_to_last(graph, others, rows, &farthest[begin]);
  }));
  std::vector<GraphWalker> walkers(crew.workers(), GraphWalker(graph));
  std::vector<Shares> shares(held_out.size());
  VECSTORE_TRY(
      crew.for_each(held_out.size(), kWalksBetween, [&](std::size_t worker, std::size_t i) {
        shares[i] = walk(walkers[worker], graph, held_out[i], farthest[i]);
      }));
  RecallSample sample;
  for (const Shares& of : shares)
    for (std::size_t width = 0; width < of.size(); ++width) sample.add(width, of[width]);
  return sample.curve();
}

}  // namespace vecstore::index
