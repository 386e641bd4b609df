#include "query/plan_segment.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "base/stopwatch.h"
#include "index/joint_search.h"
#include "vecstore/limits.h"

namespace vecstore::query {
namespace {

// To compare all of so many vectors is cheaper than to read codes from a file for the first time.
constexpr std::uint64_t kFewMatches = 200;
// Of vectors, in components. With less to compare, all of it is compared as fast as codes that
// leave most of it out (docs/design/014-scan-of-codes.md).
constexpr std::uint64_t kWorthCodes = 256 << 10;
// The codes that a walk compares before it has `kept` rows, when it keeps `matches` of `rows` that
// it meets: as counted on sentences of 384 and hard data of 100 dimensions, m 16, within a fifth
// from 20 to 1,000 (docs/design/016-cost-of-plans.md).
std::uint64_t met_by_walk(std::size_t kept, std::uint64_t rows, std::uint64_t matches) {
  const double all = static_cast<double>(kept) * static_cast<double>(rows) /
                     static_cast<double>(std::max<std::uint64_t>(matches, 1));
  return static_cast<std::uint64_t>(std::min(45 * std::pow(all, 0.8), static_cast<double>(rows)));
}

// 0: no walk is known to find what was asked for.
std::size_t ef_of(const SearchRequest& request, const index::HnswIndex& index) {
  if (request.target_recall == 0) return std::max(request.ef, index.least_ef(request.k));
  return index.ef_for(request.target_recall, request.k);
}

// The graph, if this request can use it. A scan needs none, nor that it is sound. For few matches
// only one that is at hand.
Result<const index::HnswIndex*> usable_index(const Segment& segment, const SearchRequest& request,
                                             bool few) {
  const index::HnswIndex* none = nullptr;
  if (request.vector == nullptr || request.field.kind != VectorKind::kDense) return none;
  // Opening one costs a pass over its bytes.
  if (request.plan == Plan::kScan || !segment.has_field(request.field_number)) return none;
  if (!index::HnswIndex::serves(*request.vector->dense())) return none;
  if (few) return segment.index_at_hand(request.field_number);
  return segment.index(request.field_number);
}

// Without a graph: the codes, if they serve this request. `compared` rows are to be looked at.
Status find_codes(const SegmentRows& part, const SearchRequest& request, std::uint64_t compared,
                  SegmentPlan& plan) {
  const std::uint32_t field = request.field_number;
  if (compared < index::CodedRows::kLeastRows || compared * request.field.dimension < kWorthCodes)
    return {};
  if (request.target_recall > index::CodedRows::kRecall) return {};
  if (request.field.kind != VectorKind::kDense || !part.segment->has_field(field)) return {};
  if (!index::HnswIndex::serves(*request.vector->dense())) return {};
  VECSTORE_ASSIGN(plan.codes, part.segment->codes(field, part.rows));
  if (plan.codes == nullptr) return {};
  plan.coded = std::min(plan.codes->rows(), part.rows);
  if (plan.coded == 0) plan.codes = nullptr;
  return {};
}

void choose(SegmentPlan& plan, Plan arm, std::string_view why, std::uint64_t distances) {
  plan.arm = arm;
  plan.why = why;
  plan.distances = distances;
}

// With a graph, by what the arms cost. `rows` all rows, `m` those that match.
void choose_by_cost(SegmentPlan& plan, const SearchRequest& request, std::uint64_t rows,
                    std::uint64_t m) {
  if (plan.ef == 0)
    return choose(plan, Plan::kSweep, "no walk is known to find so many: all codes are compared",
                  m);
  const std::uint64_t walk = met_by_walk(plan.least, rows, m);
  const bool shorter = static_cast<double>(m) > kWalkCost * static_cast<double>(walk);
  plan.otherwise = shorter ? m : walk;
  if (!shorter)
    return choose(plan, Plan::kSweep,
                  "all codes that match, in order, are compared sooner than those of a walk", m);
  choose(plan, Plan::kWalk,
         request.target_recall > 0
             ? "so wide a walk found that many of a sample, and compares far fewer codes than all"
             : "a walk compares far fewer codes than all",
         walk);
}

void choose_forced(SegmentPlan& plan, const SearchRequest& request, std::uint64_t rows,
                   std::uint64_t m) {
  const bool walks = request.plan == Plan::kWalk;
  choose(plan, request.plan, "it was asked for", walks ? met_by_walk(plan.least, rows, m) : m);
}

// Of a graph that has the share `share` of the rows of all: what its walk keeps as one of several.
void share_out(SegmentPlan& plan, const SearchRequest& request, double share) {
  if (request.target_recall > 0)  // what it is known to need is of its own rows
    plan.ef = static_cast<std::size_t>(
        std::min(index::ef_of_all(plan.ef, share), static_cast<double>(kMaxEf)));
  plan.least = index::least_of_share(plan.ef, share);
}

}  // namespace

std::uint64_t alive_of(const SegmentRows& part) {
  return part.rows - std::min<std::uint64_t>(part.segment->dead_rows(), part.rows);
}

Result<SegmentPlan> plan_segment(const Snapshot& snapshot, std::uint32_t segment,
                                 const SearchRequest& request) {
  const Stopwatch watch;
  const SegmentRows& part = snapshot.segments[segment];
  SegmentPlan plan;
  const std::uint64_t rows = part.rows;
  plan.allowed = request.allowed_in(segment);
  if (request.around && request.around->segment == segment) plan.around = request.around->row;
  if (plan.allowed != nullptr) plan.matches = request.allowed[segment].count;
  const std::uint64_t compared = plan.allowed != nullptr ? plan.matches : rows;  // by a scan
  const std::uint64_t m = request.filtered() ? compared : alive_of(part);
  const bool forced = request.plan == Plan::kWalk || request.plan == Plan::kSweep;
  bool few = plan.allowed != nullptr && !forced &&
             m <= std::max<std::uint64_t>(kFewMatches, 2 * request.k);
  VECSTORE_ASSIGN(plan.index, usable_index(*part.segment, request, few));
  if (plan.index != nullptr) {
    plan.ef = ef_of(request, *plan.index);
    if (forced) plan.ef = std::max(plan.ef, plan.index->least_ef(request.k));
    plan.least = plan.ef;
    few = few && m <= plan.index->contenders(request.k);  // which would be compared anyway
  }
  if (request.vector == nullptr) {
    choose(plan, Plan::kScan, "there is no vector to compare with", 0);
  } else if (request.plan == Plan::kScan) {
    choose(plan, Plan::kScan, "it was asked for, as a plan or by effort max_recall", compared);
  } else if (few) {
    choose(plan, Plan::kScan, "few rows match: their vectors are compared, exactly", m);
  } else if (plan.index == nullptr) {
    VECSTORE_TRY(find_codes(part, request, compared, plan));
    if (plan.codes == nullptr) {
      choose(plan, Plan::kScan, "there is no graph", compared);
    } else {
      choose(plan, Plan::kSweep, "there is no graph: codes tell which vectors can be near",
             compared);
    }
  } else if (request.filtered() && plan.allowed == nullptr && !forced) {
    choose(plan, Plan::kScan, "columns cannot decide the filter: contenders are asked", rows);
  } else if (forced) {
    choose_forced(plan, request, rows, m);
  } else {
    choose_by_cost(plan, request, rows, m);
  }
  plan.ms = watch.ms();
  plan.first_reads = watch.first_reads();
  if (!request.filtered()) return plan;
  plan.ms += request.allowed[segment].ms;
  plan.first_reads += request.allowed[segment].first_reads;
  return plan;
}

void plan_together(const Snapshot& snapshot, const SearchRequest& request,
                   std::span<SegmentPlan> plans) {
  const bool forced = request.plan == Plan::kWalk;
  if (request.filtered() || (request.plan != Plan::kAuto && !forced)) return;
  std::vector<std::size_t> graphs;
  std::uint64_t rows = 0;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    if (plans[i].index == nullptr || plans[i].ef == 0) continue;
    graphs.push_back(i);
    rows += alive_of(snapshot.segments[i]);
  }
  if (graphs.size() < 2) return;
  const auto choose_again = [&](SegmentPlan& plan, const SegmentRows& part) {
    if (forced) return choose_forced(plan, request, part.rows, alive_of(part));
    choose_by_cost(plan, request, part.rows, alive_of(part));
  };
  for (const std::size_t i : graphs) {
    SegmentPlan& plan = plans[i];
    const SegmentRows& part = snapshot.segments[i];
    plan.alone = plan.ef;
    share_out(plan, request,
              static_cast<double>(std::max<std::uint64_t>(alive_of(part), 1)) /
                  static_cast<double>(std::max<std::uint64_t>(rows, 1)));
    choose_again(plan, part);
  }
  std::erase_if(graphs, [&](std::size_t i) { return plans[i].arm != Plan::kWalk; });
  for (const std::size_t i : graphs) plans[i].together = graphs.size();
  if (graphs.size() != 1) return;
  SegmentPlan& left = plans[graphs[0]];  // the others are swept
  left.together = 0;
  left.ef = left.least = left.alone;
  choose_again(left, snapshot.segments[graphs[0]]);
}

}  // namespace vecstore::query
