#include "query/search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "base/clock.h"
#include "index/blob_distance.h"
#include "index/dense_distance.h"
#include "index/top_k.h"
#include "query/filter_eval.h"
#include "query/graph_search.h"

namespace vecstore::query {
namespace {

// Bytes of vectors between two looks at the clock, and what is worth a thread of its own.
constexpr std::size_t kChunkBytes = 256 << 10;
constexpr std::size_t kTaskBytes = 8 << 20;
constexpr std::uint32_t kMaxChunkRows = 4096;

struct Nearer {
  bool operator()(const FoundRow& a, const FoundRow& b) const {
    return a.distance != b.distance ? a.distance < b.distance : a.id < b.id;
  }
};

// Rows [begin, end) of one segment.
struct Task {
  std::uint32_t segment;
  Row begin;
  Row end;
};

// Scans tasks into its own heap; one per task when they run in parallel.
class Scanner {
 public:
  Scanner(const Snapshot& snapshot, const SearchRequest& request, const index::DenseDistance* dense)
      : snapshot_(snapshot), request_(request), dense_(dense), nearest_(request.k, Nearer()) {}

  Status run(const Task& task) {
    const Segment& segment = *snapshot_.segments[task.segment].segment;
    if (request_.vector == nullptr) return list(task, segment);
    if (!segment.has_field(request_.field_number)) return {};
    return dense_ != nullptr ? scan_dense(task, segment) : scan_blobs(task, segment);
  }

  // Compares what the graph found by the rows themselves.
  Status walk(std::uint32_t number, const index::HnswIndex& index) {
    if (stopped()) return {};
    const SegmentRows& part = snapshot_.segments[number];
    VECSTORE_ASSIGN(const GraphFound found, search_graph(snapshot_, part, index, request_));
    answer.partial = answer.partial || found.partial;
    answer.rows_scanned += found.rows_scanned;
    answer.distances += found.distances + found.rows.size();
    ++answer.segments_walked;
    for (const Row row : found.rows) {
      VECSTORE_ASSIGN(const index::DenseRows one,
                      part.segment->dense(request_.field_number, row, 1, scratch_, factors_));
      (*dense_)(one, distances_);
      VECSTORE_TRY(offer_vector(number, *part.segment, row, static_cast<double>(distances_[0])));
    }
    return {};
  }

  SearchAnswer answer;
  index::TopK<FoundRow, Nearer>& nearest() { return nearest_; }

 private:
  bool stopped() {
    answer.partial = answer.partial || query::stopped(request_);
    return answer.partial;
  }

  Status list(const Task& task, const Segment& segment) {
    for (Row row = task.begin; row < task.end; ++row) {
      if (row % kMaxChunkRows == 0 && stopped()) return {};
      ++answer.rows_scanned;
      VECSTORE_TRY(offer(task.segment, segment, row, 0));
    }
    return {};
  }

  Status scan_dense(const Task& task, const Segment& segment) {
    Row at = task.begin;
    while (at < task.end && !stopped()) {
      const std::uint32_t limit = std::min({task.end - at, chunk_rows(), kMaxChunkRows});
      VECSTORE_ASSIGN(const index::DenseRows rows,
                      segment.dense(request_.field_number, at, limit, scratch_, factors_));
      (*dense_)(rows, distances_);
      answer.rows_scanned += rows.count;
      answer.distances += rows.count;
      for (std::uint32_t i = 0; i < rows.count; ++i) {
        // Not "<=": one that is not a number has yet to be looked at.
        if (nearest_.full() && static_cast<double>(distances_[i]) > nearest_.worst().distance)
          continue;
        VECSTORE_TRY(
            offer_vector(task.segment, segment, at + i, static_cast<double>(distances_[i])));
      }
      at += rows.count;
    }
    return {};
  }

  std::uint32_t chunk_rows() const {
    const std::size_t row_bytes =
        std::max<std::size_t>(request_.field.dimension * sizeof(float), 1);
    return static_cast<std::uint32_t>(std::max<std::size_t>(kChunkBytes / row_bytes, 16));
  }

  Status scan_blobs(const Task& task, const Segment& segment) {
    for (Row row = task.begin; row < task.end; ++row) {
      if (row % 64 == 0 && stopped()) return {};
      ++answer.rows_scanned;
      if (!snapshot_.live(segment, row)) continue;
      VECSTORE_ASSIGN(const ByteView bytes,
                      segment.vector_bytes(request_.field_number, row, scratch_));
      if (bytes.empty()) continue;
      VECSTORE_ASSIGN(const double distance, blob_distance(bytes));
      ++answer.distances;
      VECSTORE_TRY(offer_vector(task.segment, segment, row, distance));
    }
    return {};
  }

  Result<double> blob_distance(ByteView bytes) const {
    const VectorField& field = request_.field;
    if (field.kind == VectorKind::kBinary)
      return index::binary_distance(
          field.metric, std::as_bytes(std::span(request_.vector->binary()->bytes)), bytes);
    if (field.kind == VectorKind::kSparse) {
      VECSTORE_ASSIGN(const SparseVector vector, index::decode_sparse(field.dimension, bytes));
      return index::sparse_distance(field.metric, *request_.vector->sparse(), vector);
    }
    VECSTORE_ASSIGN(const MultiVector vector,
                    index::decode_multi(field.storage, field.dimension, bytes));
    return index::multi_distance(field.metric, *request_.vector->multi(), vector);
  }

  Status offer_vector(std::uint32_t number, const Segment& segment, Row row, double distance) {
    VECSTORE_ASSIGN(const bool present, segment.has_vector(request_.field_number, row));
    if (!present) return {};
    // Sums that overflow are farther than everything else.
    return offer(number, segment, row,
                 std::isnan(distance) ? std::numeric_limits<double>::infinity() : distance);
  }

  Status offer(std::uint32_t number, const Segment& segment, Row row, double distance) {
    if (nearest_.full() && distance > nearest_.worst().distance) return {};
    VECSTORE_ASSIGN(const bool passing,
                    passes(snapshot_, segment, row, request_.filter, request_.now));
    if (!passing) return {};
    VECSTORE_ASSIGN(const std::string_view id, segment.id(row, id_scratch_));
    nearest_.push({distance, number, row, std::string(id)});
    return {};
  }

  const Snapshot& snapshot_;
  const SearchRequest& request_;
  const index::DenseDistance* dense_;
  index::TopK<FoundRow, Nearer> nearest_;
  Bytes scratch_;
  Bytes id_scratch_;
  std::vector<float> factors_;
  float distances_[kMaxChunkRows];
};

// The graph by which the segment is to be searched; null: every row is looked at.
Result<const index::HnswIndex*> graph_of(const Segment& segment, const SearchRequest& request) {
  const index::HnswIndex* none = nullptr;
  if (request.vector == nullptr || request.field.kind != VectorKind::kDense ||
      request.plan == Plan::kScan)
    return none;
  VECSTORE_ASSIGN(const index::HnswIndex* index, segment.index(request.field_number));
  return index != nullptr && prefers_graph(*index, request) ? index : none;
}

void divide(const Snapshot& snapshot, const SearchRequest& request, std::uint32_t i,
            std::vector<Task>& tasks) {
  const std::size_t row_bytes = std::max<std::size_t>(request.field.dimension * sizeof(float), 64);
  const auto rows_per_task = static_cast<Row>(std::max<std::size_t>(kTaskBytes / row_bytes, 1024));
  const Row rows = snapshot.segments[i].rows;
  for (Row begin = 0; begin < rows; begin += std::min(rows_per_task, rows - begin))
    tasks.push_back({i, begin, begin + std::min(rows_per_task, rows - begin)});
}

void merge_into(Scanner& into, Scanner& from) {
  into.answer.partial = into.answer.partial || from.answer.partial;
  into.answer.rows_scanned += from.answer.rows_scanned;
  into.answer.distances += from.answer.distances;
  for (FoundRow& row : from.nearest().take()) into.nearest().push(std::move(row));
}

Status run_parallel(const Snapshot& snapshot, const SearchRequest& request,
                    const index::DenseDistance* dense, const std::vector<Task>& tasks,
                    Scanner& into) {
  const std::size_t lanes =
      std::min(tasks.size(), static_cast<std::size_t>(request.pool->threads()) + 1);
  std::vector<std::unique_ptr<Scanner>> scanners;
  for (std::size_t i = 0; i < lanes; ++i)
    scanners.push_back(std::make_unique<Scanner>(snapshot, request, dense));
  std::vector<Status> statuses(lanes);
  request.pool->parallel_for(lanes, [&](std::size_t lane) {
    for (std::size_t i = lane; i < tasks.size() && statuses[lane].ok(); i += lanes)
      statuses[lane] = scanners[lane]->run(tasks[i]);
  });
  for (std::size_t i = 0; i < lanes; ++i) {
    VECSTORE_TRY(statuses[i]);
    merge_into(into, *scanners[i]);
  }
  return {};
}

}  // namespace

Result<SearchAnswer> search(const Snapshot& snapshot, const SearchRequest& request) {
  std::optional<index::DenseDistance> dense;
  if (request.vector != nullptr && request.field.kind == VectorKind::kDense)
    dense.emplace(request.field.metric, request.field.storage, *request.vector->dense());
  const auto whole = std::make_unique<Scanner>(snapshot, request, dense ? &*dense : nullptr);
  std::vector<Task> tasks;
  for (std::uint32_t i = 0; i < snapshot.segments.size(); ++i) {
    VECSTORE_ASSIGN(const index::HnswIndex* graph,
                    graph_of(*snapshot.segments[i].segment, request));
    if (graph == nullptr) divide(snapshot, request, i, tasks);
    if (graph != nullptr) VECSTORE_TRY(whole->walk(i, *graph));
  }
  if (request.pool != nullptr && request.pool->threads() > 0 && tasks.size() > 1) {
    VECSTORE_TRY(run_parallel(snapshot, request, dense ? &*dense : nullptr, tasks, *whole));
  } else {
    for (const Task& task : tasks) VECSTORE_TRY(whole->run(task));
  }
  whole->answer.rows = whole->nearest().take();
  return std::move(whole->answer);
}

bool stopped(const SearchRequest& request) {
  const bool late = request.deadline_ms > 0 && monotonic_ms() >= request.deadline_ms;
  return late || (request.cancel != nullptr && request.cancel->cancelled());
}

Result<bool> passes(const Snapshot& snapshot, const Segment& segment, Row row,
                    const BoundFilter* filter, TimeMs now) {
  if (!snapshot.live(segment, row)) return false;
  VECSTORE_ASSIGN(const RowInfo info, segment.info(row));
  if (!active(info, now)) return false;
  return matches(segment, row, info, filter);
}

Result<bool> matches(const Segment& segment, Row row, const RowInfo& info,
                     const BoundFilter* filter) {
  if (filter == nullptr || filter->is_true()) return true;
  Bytes scratch;
  Bytes id_scratch;
  Bytes text_scratch;
  FilterRow fields{.created_at = info.created_at, .updated_at = info.updated_at};
  if (filter->uses(RecordField::kNone)) {
    VECSTORE_ASSIGN(fields.metadata, segment.metadata(row, scratch));
  }
  if (filter->uses(RecordField::kId)) {
    VECSTORE_ASSIGN(fields.id, segment.id(row, id_scratch));
  }
  if (filter->uses(RecordField::kText)) {
    VECSTORE_ASSIGN(fields.text, segment.text(row, text_scratch));
  }
  VECSTORE_ASSIGN(const Truth truth, evaluate(filter->root(), fields));
  return truth == Truth::kTrue;
}

}  // namespace vecstore::query
