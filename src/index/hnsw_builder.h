// Builds the graph of docs/format/index.md over coded rows.
#pragma once

#include <cstdint>
#include <functional>

#include "base/bytes.h"
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
// never found). Rows go in one by one in an order that depends on the seed: each finds its
// neighbours by a search of `ef_construction`, keeps those that are nearer to it than to each
// other, and is linked back. The last, a sixteenth but kMaxHeldOut at most, are looked for in
// the graph of the others before they go in, which gives the curve of recall. The result depends on the codes and the options
// alone. Cost: rows x about 20 ef_construction distances. `pace` is called about every 256 rows and
// ends the build when it is not ok. At least one row is present.
Result<BuiltHnsw> build_hnsw(const quant::ScalarCode& code, ByteView codes,
                             const std::function<bool(std::uint32_t)>& present,
                             const HnswOptions& options, const std::function<Status()>& pace);

}  // namespace vecstore::index
