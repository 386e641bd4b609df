#include "query/plan_segment.h"

#include <algorithm>
#include <utility>

#include "base/stopwatch.h"

namespace vecstore::query {
namespace {

// To compare all of so many vectors is cheap, and exact. Each lies elsewhere: of more, codes are
// compared first, a sixth of the bytes.
constexpr std::uint64_t kFewMatches = 200;
// A comparison on a walk waits for memory: it costs about twice one in order, and a walk makes
// about twenty for each row that it keeps, more when others do not match.
constexpr std::uint64_t kMetPerKept = 20;
constexpr std::uint64_t kWalkCost = 2;

// 0: no walk is known to find what was asked for.
std::size_t ef_of(const SearchRequest& request, const index::HnswIndex& index) {
  if (request.target_recall == 0) return std::max(request.ef, index.least_ef(request.k));
  return index.ef_for(request.target_recall, request.k);
}

// The graph, if this request can use it. A scan needs none, nor that it is sound.
Result<const index::HnswIndex*> usable_index(const Segment& segment, const SearchRequest& request) {
  const index::HnswIndex* none = nullptr;
  if (request.vector == nullptr || request.field.kind != VectorKind::kDense) return none;
  // Opening one costs a pass over its bytes.
  if (request.plan == Plan::kScan || !segment.has_field(request.field_number)) return none;
  if (!index::HnswIndex::serves(*request.vector->dense())) return none;
  return segment.index(request.field_number);
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
  const std::uint64_t walk = kMetPerKept * plan.ef * rows / std::max<std::uint64_t>(m, 1);
  if (m > kWalkCost * walk)
    return choose(plan, Plan::kWalk, "the walk compares fewer rows than there are to choose from",
                  walk);
  if (!request.filtered())
    return choose(plan, Plan::kScan, "a walk this wide would meet most rows", rows);
  choose(plan, Plan::kSweep, "a walk would meet more rows than match: their codes are compared", m);
}

void choose_forced(SegmentPlan& plan, const SearchRequest& request, std::uint64_t rows,
                   std::uint64_t m) {
  plan.ef = std::max(plan.ef, plan.index->least_ef(request.k));
  const std::uint64_t walk = kMetPerKept * plan.ef * rows / std::max<std::uint64_t>(m, 1);
  const std::uint64_t distances = request.plan == Plan::kWalk ? std::min(walk, rows) : m;
  choose(plan, request.plan, "it was asked for", distances);
}

}  // namespace

Result<SegmentPlan> plan_segment(const Snapshot& snapshot, std::uint32_t segment,
                                 const SearchRequest& request) {
  const Stopwatch watch;
  const SegmentRows& part = snapshot.segments[segment];
  SegmentPlan plan;
  const std::uint64_t rows = part.rows;
  plan.allowed = request.allowed_in(segment);
  if (plan.allowed != nullptr) plan.matches = request.allowed[segment].count;
  const std::uint64_t compared = plan.allowed != nullptr ? plan.matches : rows;  // by a scan
  const std::uint64_t alive = rows - std::min(part.segment->dead_rows(), rows);
  const std::uint64_t m = request.filtered() ? compared : alive;
  const bool forced = request.plan == Plan::kWalk || request.plan == Plan::kSweep;
  const bool few = plan.allowed != nullptr && !forced &&
                   m <= std::max<std::uint64_t>(kFewMatches, 2 * request.k);
  if (!few) {
    VECSTORE_ASSIGN(plan.index, usable_index(*part.segment, request));
    if (plan.index != nullptr) plan.ef = ef_of(request, *plan.index);
  }
  if (request.vector == nullptr) {
    choose(plan, Plan::kScan, "there is no vector to compare with", 0);
  } else if (request.plan == Plan::kScan) {
    choose(plan, Plan::kScan, "it was asked for, as a plan or by effort max_recall", compared);
  } else if (few) {
    choose(plan, Plan::kScan, "few rows match: their vectors are compared, exactly", m);
  } else if (plan.index == nullptr) {
    choose(plan, Plan::kScan, "there is no graph", compared);
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

}  // namespace vecstore::query
