#include "query/joint_walk.h"

#include <algorithm>

#include "index/joint_search.h"
#include "query/column/matching_rows.h"
#include "vecstore/limits.h"

namespace vecstore::query {
namespace {

// Dead rows are met and kept like others, and dropped afterwards: the more of them, the wider.
std::size_t widened(std::size_t ef, std::uint64_t rows, std::uint64_t alive) {
  const std::uint64_t wide = ef * rows / std::max<std::uint64_t>(alive, 1);
  return static_cast<std::size_t>(std::min<std::uint64_t>(wide, kMaxEf));
}

// Hands out what was found of several segments, nearest first.
class Nearest {
 public:
  explicit Nearest(const std::vector<index::JointFound>& found)
      : found_(found), at_(found.size()) {}

  // False at the end.
  bool next(std::size_t& which, Row& row) {
    which = found_.size();
    for (std::size_t i = 0; i < found_.size(); ++i) {
      if (at_[i] == found_[i].rows.size()) continue;
      if (which == found_.size() || head(i).distance < head(which).distance) which = i;
    }
    if (which == found_.size()) return false;
    row = head(which).row;
    ++at_[which];
    return true;
  }

 private:
  const index::Candidate& head(std::size_t i) const { return found_[i].rows[at_[i]]; }

  const std::vector<index::JointFound>& found_;
  std::vector<std::size_t> at_;
};

}  // namespace

Result<JointContenders> walk_jointly(const Snapshot& snapshot, std::span<const SegmentPlan> plans,
                                     std::span<const std::uint32_t> segments,
                                     const SearchRequest& request) {
  std::uint64_t rows = 0, alive = 0;
  for (const std::uint32_t number : segments) {
    const SegmentRows& part = snapshot.segments[number];
    rows += part.rows;
    alive += alive_of(part);
  }
  std::vector<quant::CodeQuery> queries(segments.size());
  std::vector<index::JointWalk> walks(segments.size());
  std::size_t wanted = 0;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const SegmentPlan& plan = plans[segments[i]];
    const SegmentRows& part = snapshot.segments[segments[i]];
    queries[i] = plan.index->query(*request.vector->dense());
    walks[i] = {.index = plan.index,
                .query = &queries[i],
                .ef = widened(plan.ef, rows, alive),
                .least = widened(plan.least, part.rows, alive_of(part)),
                .around = plan.around};
    wanted = std::max(wanted, plan.index->contenders(request.k));
  }
  VECSTORE_ASSIGN(const std::vector<index::JointFound> found, index::search_jointly(walks));
  JointContenders contenders;
  for (const index::JointFound& one : found) contenders.codes.push_back(one.distances);
  Nearest nearest(found);
  std::size_t which = 0;
  for (Row row = 0; contenders.rows.size() < wanted && nearest.next(which, row);) {
    const std::uint32_t number = segments[which];
    VECSTORE_ASSIGN(const bool passing, passes(snapshot, *snapshot.segments[number].segment, row,
                                               nullptr, request.now));
    if (passing) contenders.rows.push_back({number, row});
  }
  return contenders;
}

}  // namespace vecstore::query
