#include "query/search.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/stopwatch.h"
#include "index/dense_distance.h"
#include "query/plan_segment.h"
#include "query/scanner.h"

namespace vecstore::query {
namespace {

constexpr std::size_t kTaskBytes = 8 << 20;  // of vectors: what is worth a thread of its own
constexpr std::uint64_t kSmallTask = 4096;   // rows that are looked at

void divide(const SegmentPlan& plan, const SearchRequest& request, std::uint32_t segment, Row rows,
            std::vector<ScanTask>& tasks) {
  const Row first = plan.codes != nullptr ? plan.coded : 0;
  const std::size_t row_bytes = std::max<std::size_t>(request.field.dimension * sizeof(float), 64);
  auto rows_per_task = static_cast<Row>(std::max<std::size_t>(kTaskBytes / row_bytes, 1024));
  if (plan.allowed != nullptr && plan.matches <= kSmallTask) rows_per_task = std::max<Row>(rows, 1);
  for (Row begin = first; begin < rows; begin += std::min(rows_per_task, rows - begin))
    tasks.push_back({segment, begin, begin + std::min(rows_per_task, rows - begin)});
}

Status run_parallel(const std::vector<ScanTask>& tasks, ThreadPool& pool, Scanner& into,
                    const std::function<std::unique_ptr<Scanner>()>& another) {
  const std::size_t lanes = std::min(tasks.size(), static_cast<std::size_t>(pool.threads()) + 1);
  std::vector<std::unique_ptr<Scanner>> scanners;
  for (std::size_t i = 0; i < lanes; ++i) scanners.push_back(another());
  std::vector<Status> statuses(lanes);
  const Stopwatch watch;
  pool.parallel_for(lanes, [&](std::size_t lane) {
    for (std::size_t i = lane; i < tasks.size() && statuses[lane].ok(); i += lanes)
      statuses[lane] = scanners[lane]->scan(tasks[i]);
  });
  double spent = 0;
  for (const auto& scanner : scanners) spent += scanner->spent_ms();
  const double share = spent > 0 ? std::min(watch.ms() / spent, 1.0) : 1;
  for (std::size_t i = 0; i < lanes; ++i) {
    VECSTORE_TRY(statuses[i]);
    VECSTORE_TRY(into.take(*scanners[i], share));
  }
  return {};
}

void describe(const SegmentPlan& plan, Row rows, SegmentWork& work) {
  work.arm = plan.arm;
  work.why = plan.why;
  work.rows = rows;
  if (plan.allowed != nullptr) work.matches = plan.matches;
  work.ef = plan.arm == Plan::kWalk ? plan.ef : 0;
  work.together = plan.arm == Plan::kWalk ? plan.together : 0;
  work.least = plan.least;
  work.by_graph = plan.arm != Plan::kScan && plan.index != nullptr;
  work.expected_distances = plan.distances;
  work.otherwise = plan.otherwise;
  work.plan_ms = plan.ms;
  work.plan_first_reads = plan.first_reads;
}

}  // namespace

Result<SearchAnswer> search(const Snapshot& snapshot, const SearchRequest& request) {
  std::optional<index::DenseDistance> dense;
  if (request.vector != nullptr && request.field.kind == VectorKind::kDense)
    dense.emplace(request.field.metric, request.field.storage, *request.vector->dense());
  std::vector<SegmentPlan> plans;
  for (std::uint32_t i = 0; i < snapshot.segments.size(); ++i) {
    if (stopped(request)) return SearchAnswer{.rows = {}, .segments = {}, .partial = true};
    VECSTORE_ASSIGN(SegmentPlan plan, plan_segment(snapshot, i, request));
    plans.push_back(plan);
  }
  plan_together(snapshot, request, plans);
  const auto another = [&] {
    return std::make_unique<Scanner>(snapshot, request, plans, dense ? &*dense : nullptr);
  };
  const std::unique_ptr<Scanner> whole = another();
  std::vector<ScanTask> tasks;
  if (!request.plan_only) VECSTORE_TRY(whole->walk_together());
  for (std::uint32_t i = 0; i < plans.size() && !request.plan_only; ++i) {
    const bool walks = plans[i].arm != Plan::kScan && plans[i].codes == nullptr;
    if (walks && !plans[i].walks_together()) VECSTORE_TRY(whole->walk(i));
    if (!walks) divide(plans[i], request, i, snapshot.segments[i].rows, tasks);
  }
  // Behind the walks: the nearer the rows found so far, the fewer others can be among them.
  for (std::uint32_t i = 0; i < plans.size() && !request.plan_only; ++i)
    if (plans[i].codes) VECSTORE_TRY(whole->sweep(i));
  if (request.pool != nullptr && request.pool->threads() > 0 && tasks.size() > 1) {
    VECSTORE_TRY(run_parallel(tasks, *request.pool, *whole, another));
  } else {
    for (const ScanTask& task : tasks) VECSTORE_TRY(whole->scan(task));
  }
  VECSTORE_ASSIGN(SearchAnswer answer, whole->finish());
  for (std::size_t i = 0; i < plans.size(); ++i)
    describe(plans[i], snapshot.segments[i].rows, answer.segments[i]);
  return answer;
}

bool stopped(const SearchRequest& request) {
  const bool late = request.deadline_ms > 0 && monotonic_ms() >= request.deadline_ms;
  return late || (request.cancel != nullptr && request.cancel->cancelled());
}

}  // namespace vecstore::query
