// Rows of a collection drawn at random.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "base/random.h"
#include "query/segment.h"

namespace vecstore::db {

struct SampledRow {
  std::size_t segment = 0;  // position in the snapshot
  query::Row row = 0;
  auto operator<=>(const SampledRow&) const = default;
};

// Each row that is active at `now`, has the field and is in a segment that `of` is true for is as
// likely to be among the `count` (Vitter's reservoir), in any order.
Result<std::vector<SampledRow>> sample_rows(
    const query::Snapshot& snapshot, std::uint32_t field, TimeMs now, std::size_t count,
    Random& random,
    const std::function<bool(const query::Segment&)>& of = [](const query::Segment&) {
      return true;
    });

}  // namespace vecstore::db
