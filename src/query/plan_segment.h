// How one segment is searched: what costs least, by the number of rows that match.
//
//   scan   the vectors of all rows that match (or of all rows, the filter asked of contenders
//          alone): exact
//   walk   through the graph, keeping rows that match
//   sweep  the codes of all rows that match, then the vectors of the best: those of its graph, or,
//          where there is none yet, shorter ones that tell which rows can be near
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/bitmap.h"
#include "query/search.h"
#include "query/segment.h"

namespace vecstore::query {

// On a walk, whose rows lie anywhere, a code takes as long as so many of a sweep.
inline constexpr double kWalkCost = 4.5;

struct SegmentPlan {
  Plan arm = Plan::kScan;  // never kAuto
  std::string_view why;
  const index::HnswIndex* index = nullptr;  // for walk and sweep
  SharedCodes codes = nullptr;              // for a sweep without an index
  Row coded = 0;                            // the first rows of `codes` that count
  std::size_t ef = 0;                       // rows that a walk keeps
  std::size_t least = 0;                    // of this graph, where several are walked together
  std::size_t together = 0;                 // so many; 0: it is walked by itself
  std::size_t alone = 0;                    // what it would keep then
  Row around = index::HnswWalk::kNoRow;     // that a walk does not meet
  const Bitmap* allowed = nullptr;          // the request's, where they are known
  std::uint64_t matches = 0;                // how many, where they are known
  std::uint64_t distances = 0;              // expected
  std::uint64_t otherwise = 0;              // of the arm that was not taken, where costs decided
  double ms = 0;                            // that the filter and planning took
  FirstReads first_reads = {};

  bool walks_together() const { return arm == Plan::kWalk && together > 0; }
};

// Of the rows that the snapshot sees, those that are not known to be dead by now.
std::uint64_t alive_of(const SegmentRows& part);

Result<SegmentPlan> plan_segment(const Snapshot& snapshot, std::uint32_t segment,
                                 const SearchRequest& request);

// Without a filter, graphs are walked together (index/joint_search.h), which makes each walk
// shorter: chooses again for those of several segments that have one. `plans` are all of a
// snapshot.
void plan_together(const Snapshot& snapshot, const SearchRequest& request,
                   std::span<SegmentPlan> plans);

}  // namespace vecstore::query
