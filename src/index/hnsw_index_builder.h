// Makes what an HnswIndex is opened from.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "base/bytes.h"
#include "index/crew.h"
#include "index/hnsw_index.h"
#include "index/old_graph.h"
#include "vecstore/options.h"
#include "vecstore/status.h"

namespace vecstore::index {

struct BuiltHnswIndex {
  HnswSpace space;
  std::uint32_t entry = 0;
  std::size_t stride = 0;
  Bytes codes;  // of HnswSpace::bits
  Bytes links;
  Bytes upper;
  RecallCurve recall;
};

// The rows to index.
struct HnswRows {
  // Gives a row's components, valid until the next call.
  using Read = std::function<Result<std::span<const float>>(std::uint32_t row)>;

  Metric metric = Metric::kEuclidean;
  std::uint32_t dimension = 0;
  std::uint32_t rows = 0;
  std::function<bool(std::uint32_t)> present;  // safe from many threads
  // Makes what reads rows, for one thread at a time: it is asked for rows that are `present` only,
  // three times each.
  std::function<Read()> reader;
  Quantization quantization = Quantization::kAuto;
  std::span<const OldGraph> old = {};  // built over some of them before: see build_hnsw
};

// Nothing when no row is present, when some row is one that HnswIndex does not serve, or when under
// dot one is far longer than the others. Rows, old graphs, options and seed decide every byte. The
// graph is built from 8-bit codes, which are not kept. Memory: the codes of both kinds and the
// graph. `pace` is kept about every 256 rows and ends the work when it is not ok; how many threads
// it allows changes nothing but the time.
Result<std::optional<BuiltHnswIndex>> build_hnsw_index(const HnswRows& rows,
                                                       const HnswOptions& options,
                                                       const Pace& pace);

// The codes and their stride, in a space that has a graph but for its bits: those that `rows` ask
// for. What a build would have made of the same rows, in one pass over them.
Result<BuiltHnswIndex> recode_hnsw_index(const HnswRows& rows, const HnswSpace& space,
                                         const Pace& pace);

}  // namespace vecstore::index
