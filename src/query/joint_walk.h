// The nearest rows of several segments by their graphs, walked together (index/joint_search.h).
#pragma once

#include <span>
#include <vector>

#include "query/plan_segment.h"

namespace vecstore::query {

// A row that is near by its code.
struct Contender {
  std::uint32_t segment = 0;
  Row row = 0;
};

struct JointContenders {
  // That pass, nearest first; the k nearest of all these segments are nearly always among them.
  std::vector<Contender> rows;
  std::vector<std::uint64_t> codes;  // compared, of each segment that was walked
};

// `segments` have plans to walk together; there is no filter. Fewer than k rows are found where
// many are dead: then each segment is to be walked by itself.
Result<JointContenders> walk_jointly(const Snapshot& snapshot, std::span<const SegmentPlan> plans,
                                     std::span<const std::uint32_t> segments,
                                     const SearchRequest& request);

}  // namespace vecstore::query
