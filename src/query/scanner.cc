#include "query/scanner.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>

#include "base/stopwatch.h"
#include "index/blob_distance.h"
#include "index/top_k.h"
#include "query/code_sweep.h"
#include "query/column/matching_rows.h"
#include "query/graph_search.h"

namespace vecstore::query {
namespace {

constexpr std::size_t kChunkBytes = 256 << 10;  // of vectors between two looks at the clock
// Below this share of rows that are allowed, each is compared by itself.
constexpr std::uint32_t kSparse = 4;
constexpr float kFar = std::numeric_limits<float>::infinity();
constexpr std::size_t kRowsAhead = 2;  // vectors that are asked for before they are compared

std::uint32_t count_allowed(const Bitmap& allowed, Row at, std::uint32_t count) {
  std::uint32_t found = 0;
  for (std::uint32_t i = 0; i < count; ++i) found += allowed.test(at + i) ? 1 : 0;
  return found;
}

// The first row from `at` that is allowed; `end` when none before it is.
Row next_allowed(const Bitmap* allowed, std::size_t at, Row end) {
  if (allowed == nullptr) return static_cast<Row>(at);
  while (at < end) {
    const std::uint64_t rest = allowed->words()[at / 64] >> (at % 64);
    if (rest != 0)
      return static_cast<Row>(
          std::min<std::size_t>(end, at + static_cast<std::size_t>(std::countr_zero(rest))));
    at = (at / 64 + 1) * 64;
  }
  return end;
}

}  // namespace

Scanner::Scanner(const Snapshot& snapshot, const SearchRequest& request,
                 std::span<const SegmentPlan> plans, const index::DenseDistance* dense)
    : snapshot_(snapshot),
      request_(request),
      plans_(plans),
      dense_(dense),
      nearest_(snapshot, request.k) {
  answer_.segments.resize(plans.size());
}

bool Scanner::stopped() {
  answer_.partial = answer_.partial || query::stopped(request_);
  return answer_.partial;
}

Status Scanner::scan(const ScanTask& task) {
  const Stopwatch watch;
  VECSTORE_TRY(scan_rows(task));
  answer_.segments[task.segment].ms += watch.ms();
  answer_.segments[task.segment].first_reads += watch.first_reads();
  return {};
}

Status Scanner::scan_rows(const ScanTask& task) {
  const Segment& segment = *snapshot_.segments[task.segment].segment;
  const Bitmap* allowed = plans_[task.segment].allowed;
  if (request_.vector == nullptr) return list(task, segment, allowed);
  if (!segment.has_field(request_.field_number)) return {};
  if (dense_ != nullptr) return scan_dense(task, segment, allowed);
  return scan_blobs(task, segment, allowed);
}

Status Scanner::walk(std::uint32_t number) {
  if (stopped()) return {};
  const Stopwatch watch;
  const SegmentRows& part = snapshot_.segments[number];
  VECSTORE_ASSIGN(const GraphFound found, search_graph(snapshot_, part, plans_[number], request_));
  answer_.partial = answer_.partial || found.partial;
  SegmentWork& work = answer_.segments[number];
  work.rows_scanned += found.rows_scanned;
  work.codes += found.distances;
  work.swept = found.swept;
  std::vector<Contender> rows;
  for (const Row row : found.rows) rows.push_back({number, row});
  VECSTORE_TRY(offer_nearest(rows));
  work.ms += watch.ms();
  work.first_reads += watch.first_reads();
  return {};
}

Status Scanner::walk_together() {
  std::vector<std::uint32_t> segments;
  for (std::uint32_t i = 0; i < plans_.size(); ++i)
    if (plans_[i].walks_together()) segments.push_back(i);
  if (segments.empty() || stopped()) return {};
  const Stopwatch watch;
  VECSTORE_ASSIGN(const JointContenders found, walk_jointly(snapshot_, plans_, segments, request_));
  if (found.rows.size() >= request_.k) VECSTORE_TRY(offer_nearest(found.rows));
  share_out(segments, found, watch);
  if (found.rows.size() >= request_.k) return {};
  for (const std::uint32_t number : segments) VECSTORE_TRY(walk(number));
  return {};
}

// What was done for several segments at once is told in proportion to the codes compared.
void Scanner::share_out(std::span<const std::uint32_t> segments, const JointContenders& found,
                        const Stopwatch& watch) {
  std::uint64_t codes = 0;
  for (const std::uint64_t count : found.codes) codes += count;
  const double ms = watch.ms();
  FirstReads left = watch.first_reads();
  for (std::size_t i = 0; i < segments.size(); ++i) {
    SegmentWork& work = answer_.segments[segments[i]];
    const double share = static_cast<double>(found.codes[i]) / static_cast<double>(codes);
    work.codes += found.codes[i];
    work.ms += ms * share;
    const bool last = i + 1 == segments.size();
    const FirstReads part{last ? left.bytes : left.bytes / (segments.size() - i),
                          last ? left.ms : left.ms / static_cast<double>(segments.size() - i)};
    work.first_reads += part;
    left.bytes -= part.bytes;
    left.ms -= part.ms;
  }
}

Status Scanner::sweep(std::uint32_t number) {
  if (stopped()) return {};
  const Stopwatch watch;
  VECSTORE_TRY(sweep_codes(number, *snapshot_.segments[number].segment));
  answer_.segments[number].ms += watch.ms();
  answer_.segments[number].first_reads += watch.first_reads();
  return {};
}

Status Scanner::sweep_codes(std::uint32_t number, const Segment& segment) {
  const SegmentPlan& plan = plans_[number];
  CodeSweep codes(*plan.codes, *request_.vector->dense(), plan.coded, plan.allowed);
  while (!stopped() && codes.next(nearest_.farthest())) {
    while (const std::optional<Row> row = codes.nearest(nearest_.farthest())) {
      if (const std::optional<Row> later = codes.later(kRowsAhead))
        segment.prefetch_dense(request_.field_number, *later);
      VECSTORE_TRY(compare_run(number, segment, *row, 1, plan.allowed).status());
    }
  }
  answer_.segments[number].codes += codes.compared();
  return {};
}

// `rows` come nearest first by their codes, which err: they are compared until so many in a row are
// farther than the k nearest of them that one behind is hardly nearer.
Status Scanner::offer_nearest(std::span<const Contender> rows) {
  index::TopK<float, std::less<>> nearest(request_.k, {});
  distances_.resize(std::max(distances_.size(), rows.size()));
  std::size_t count = 0;
  const auto segment_of = [&](std::size_t i) -> const Segment& {
    return *snapshot_.segments[rows[i].segment].segment;
  };
  for (std::size_t misses = 0, enough = 1; count < rows.size() && misses < enough; ++count) {
    if (const std::size_t later = count + kRowsAhead; later < rows.size())
      segment_of(later).prefetch_dense(request_.field_number, rows[later].row);
    VECSTORE_ASSIGN(
        const index::DenseRows one,
        segment_of(count).dense(request_.field_number, rows[count].row, 1, scratch_, factors_));
    enough = std::max(enough, plans_[rows[count].segment].index->misses(request_.k));
    ++answer_.segments[rows[count].segment].distances;
    float& distance = distances_[count];
    (*dense_)(one, &distance);
    if (std::isnan(distance)) distance = kFar;
    misses = nearest.full() && distance > nearest.worst() ? misses + 1 : 0;
    nearest.push(float{distance});
  }
  const float farthest = nearest.full() ? nearest.worst() : kFar;
  for (std::size_t i = 0; i < count; ++i) {
    if (distances_[i] > farthest) continue;
    VECSTORE_TRY(offer_vector(rows[i].segment, segment_of(i), rows[i].row,
                              static_cast<double>(distances_[i]), true));
  }
  return {};
}

double Scanner::spent_ms() const {
  double sum = 0;
  for (const SegmentWork& work : answer_.segments) sum += work.ms;
  return sum;
}

Status Scanner::take(Scanner& from, double share) {
  answer_.partial = answer_.partial || from.answer_.partial;
  for (std::size_t i = 0; i < answer_.segments.size(); ++i) {
    SegmentWork& work = answer_.segments[i];
    const SegmentWork& more = from.answer_.segments[i];
    work.rows_scanned += more.rows_scanned;
    work.distances += more.distances;
    work.ms += more.ms * share;
    work.threads += more.ms > 0 ? 1 : 0;
    work.first_reads += {more.first_reads.bytes, more.first_reads.ms * share};
  }
  return nearest_.take(from.nearest_);
}

// What reading the ids takes is told of the segments that the rows are of.
Result<SearchAnswer> Scanner::finish() {
  const Stopwatch watch;
  VECSTORE_ASSIGN(answer_.rows, nearest_.finish());
  const double rows = static_cast<double>(answer_.rows.size());
  const double ms = watch.ms();
  FirstReads left = watch.first_reads();
  const double first_ms = left.ms;
  for (std::size_t i = 0; i < answer_.rows.size(); ++i) {
    SegmentWork& work = answer_.segments[answer_.rows[i].segment];
    const std::uint64_t bytes = left.bytes / (answer_.rows.size() - i);
    work.ms += ms / rows;
    work.first_reads += {bytes, first_ms / rows};
    left.bytes -= bytes;
  }
  return std::move(answer_);
}

Status Scanner::list(const ScanTask& task, const Segment& segment, const Bitmap* allowed) {
  std::uint64_t& scanned = answer_.segments[task.segment].rows_scanned;
  for (std::size_t at = task.begin; at < task.end; ++at) {
    const Row row = next_allowed(allowed, at, task.end);
    if (row == task.end) return {};
    at = row;
    if (scanned++ % kMaxChunkRows == 0 && stopped()) return {};
    VECSTORE_TRY(offer(task.segment, segment, row, 0, allowed != nullptr));
  }
  return {};
}

Status Scanner::scan_dense(const ScanTask& task, const Segment& segment, const Bitmap* allowed) {
  for (Row at = next_allowed(allowed, task.begin, task.end); at < task.end && !stopped();
       at = next_allowed(allowed, at, task.end)) {
    const std::uint32_t limit = std::min({task.end - at, chunk_rows(), kMaxChunkRows});
    const std::uint32_t wanted = allowed ? count_allowed(*allowed, at, limit) : limit;
    if (wanted * kSparse >= limit) {
      VECSTORE_ASSIGN(const std::uint32_t compared,
                      compare_run(task.segment, segment, at, limit, allowed));
      at += compared;
      continue;
    }
    const Row end = at + limit;
    VECSTORE_TRY(compare_single(task.segment, segment, at, end, *allowed));
    at = end;
  }
  return {};
}

Result<std::uint32_t> Scanner::compare_run(std::uint32_t number, const Segment& segment, Row at,
                                           std::uint32_t limit, const Bitmap* allowed) {
  VECSTORE_ASSIGN(const index::DenseRows rows,
                  segment.dense(request_.field_number, at, limit, scratch_, factors_));
  distances_.resize(std::max<std::size_t>(distances_.size(), rows.count));
  (*dense_)(rows, distances_.data());
  answer_.segments[number].rows_scanned += rows.count;
  answer_.segments[number].distances += rows.count;
  for (std::uint32_t i = 0; i < rows.count; ++i) {
    const double distance = static_cast<double>(distances_[i]);
    if (!nearest_.wants(distance)) continue;  // one that is not a number has yet to be looked at
    if (allowed != nullptr && !allowed->test(at + i)) continue;
    VECSTORE_TRY(offer_vector(number, segment, at + i, distance, allowed != nullptr));
  }
  return rows.count;
}

Status Scanner::compare_single(std::uint32_t number, const Segment& segment, Row at, Row end,
                               const Bitmap& allowed) {
  std::vector<Row> rows;
  for (Row row = at; row < end; row = next_allowed(&allowed, std::size_t{row} + 1, end))
    rows.push_back(row);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i + kRowsAhead < rows.size())
      segment.prefetch_dense(request_.field_number, rows[i + kRowsAhead]);
    VECSTORE_TRY(compare_run(number, segment, rows[i], 1, &allowed).status());
  }
  return {};
}

std::uint32_t Scanner::chunk_rows() const {
  const std::size_t row_bytes = std::max<std::size_t>(request_.field.dimension * sizeof(float), 1);
  return static_cast<std::uint32_t>(std::max<std::size_t>(kChunkBytes / row_bytes, 16));
}

Status Scanner::scan_blobs(const ScanTask& task, const Segment& segment, const Bitmap* allowed) {
  SegmentWork& work = answer_.segments[task.segment];
  for (std::size_t at = task.begin; at < task.end; ++at) {
    const Row row = next_allowed(allowed, at, task.end);
    if (row == task.end) return {};
    at = row;
    if (work.rows_scanned++ % 64 == 0 && stopped()) return {};
    if (!snapshot_.live(segment, row)) continue;
    VECSTORE_ASSIGN(const ByteView bytes,
                    segment.vector_bytes(request_.field_number, row, scratch_));
    if (bytes.empty()) continue;
    VECSTORE_ASSIGN(const double distance, blob_distance(bytes));
    ++work.distances;
    VECSTORE_TRY(offer_vector(task.segment, segment, row, distance, allowed != nullptr));
  }
  return {};
}

Result<double> Scanner::blob_distance(ByteView bytes) const {
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

Status Scanner::offer_vector(std::uint32_t number, const Segment& segment, Row row, double distance,
                             bool known_to_pass) {
  VECSTORE_ASSIGN(const bool present, segment.has_vector(request_.field_number, row));
  if (!present) return {};
  // Sums that overflow are farther than everything else.
  const double far = std::numeric_limits<double>::infinity();
  return offer(number, segment, row, std::isnan(distance) ? far : distance, known_to_pass);
}

Status Scanner::offer(std::uint32_t number, const Segment& segment, Row row, double distance,
                      bool known_to_pass) {
  if (!nearest_.wants(distance)) return {};
  if (!known_to_pass) {
    VECSTORE_ASSIGN(const bool passing,
                    passes(snapshot_, segment, row, request_.filter, request_.now));
    if (!passing) return {};
  }
  return nearest_.offer(distance, number, row);
}

}  // namespace vecstore::query
