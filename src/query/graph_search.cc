#include "query/graph_search.h"

#include <algorithm>

#include "base/bitmap.h"

namespace vecstore::query {
namespace {

// The exact order of the best differs from that of their codes in the last few places.
constexpr std::size_t kSpare = 10;
// A walk meets about this many rows for each that it keeps, times the share of rows that match not.
constexpr std::uint64_t kMetPerKept = 40;
// A walk with a filter gives up when it has met this many rows for each that matches.
constexpr std::uint64_t kGiveUp = 2;
constexpr Row kRowsBetweenLooks = 4096;

class GraphSearch {
 public:
  GraphSearch(const Snapshot& snapshot, const SegmentRows& part, const index::HnswIndex& index,
              const SearchRequest& request)
      : snapshot_(snapshot),
        segment_(*part.segment),
        bound_(part.rows),
        index_(index),
        request_(request),
        ef_(std::max(request.ef, request.k)),
        query_(index.query(*request.vector->dense())) {}

  Result<GraphFound> run() {
    if (request_.filter == nullptr || request_.filter->is_true()) {
      VECSTORE_ASSIGN(const bool enough, walk_all());
      if (enough) return std::move(found_);
      found_.rows.clear();
    }
    VECSTORE_ASSIGN(const Bitmap allowed, passing_rows());
    if (!found_.partial) VECSTORE_TRY(search_allowed(allowed));
    return std::move(found_);
  }

 private:
  std::size_t wanted() const { return request_.k + kSpare; }

  // True when k rows were found that pass.
  Result<bool> walk_all() {
    const std::uint64_t rows = index_.rows();
    const std::uint64_t alive = rows - std::min(segment_.dead_rows(), rows - 1);
    const std::size_t ef = static_cast<std::size_t>(ef_ * rows / alive);
    VECSTORE_ASSIGN(const index::HnswFound found, index_.search(query_, {.ef = ef}));
    found_.distances += found.distances;
    for (const index::Candidate& candidate : found.rows) {
      if (found_.rows.size() == wanted()) break;
      VECSTORE_ASSIGN(const bool passing,
                      passes(snapshot_, segment_, candidate.row, request_.filter, request_.now));
      if (passing) found_.rows.push_back(candidate.row);
    }
    return found_.rows.size() >= request_.k;
  }

  Result<Bitmap> passing_rows() {
    Bitmap rows(index_.rows());
    for (Row row = 0; row < bound_; ++row) {
      if (row % kRowsBetweenLooks == 0 && stopped(request_)) {
        found_.partial = true;
        return rows;
      }
      ++found_.rows_scanned;
      VECSTORE_ASSIGN(const bool present, segment_.has_vector(request_.field_number, row));
      if (!present) continue;
      VECSTORE_ASSIGN(const bool passing,
                      passes(snapshot_, segment_, row, request_.filter, request_.now));
      if (passing) rows.set(row);
    }
    return rows;
  }

  Status search_allowed(const Bitmap& allowed) {
    const std::uint64_t matches = allowed.count();
    const bool few = matches <= wanted() ||
                     matches * matches <= kMetPerKept * ef_ * std::uint64_t{index_.rows()};
    if (!few) {
      VECSTORE_ASSIGN(
          const index::HnswFound found,
          index_.search(query_,
                        {.ef = ef_, .allowed = &allowed, .max_distances = kGiveUp * matches}));
      found_.distances += found.distances;
      if (!found.gave_up && found.rows.size() >= request_.k) {
        take(found.rows);
        return {};
      }
    }
    found_.distances += matches;
    take(index_.scan(query_, allowed, wanted()));
    return {};
  }

  void take(const std::vector<index::Candidate>& candidates) {
    const std::size_t count = std::min(candidates.size(), wanted());
    for (std::size_t i = 0; i < count; ++i) found_.rows.push_back(candidates[i].row);
  }

  const Snapshot& snapshot_;
  const Segment& segment_;
  const Row bound_;
  const index::HnswIndex& index_;
  const SearchRequest& request_;
  const std::size_t ef_;
  const quant::CodeQuery query_;
  GraphFound found_;
};

}  // namespace

bool prefers_graph(const index::HnswIndex& index, const SearchRequest& request) {
  if (request.plan == Plan::kScan || !index::HnswIndex::serves(*request.vector->dense()))
    return false;
  if (request.plan == Plan::kGraph) return true;
  // A scan computes the filter for contenders only.
  if (request.filter != nullptr && !request.filter->is_true()) return false;
  return index.rows() > kMetPerKept * std::max(request.ef, request.k);
}

Result<GraphFound> search_graph(const Snapshot& snapshot, const SegmentRows& part,
                                const index::HnswIndex& index, const SearchRequest& request) {
  return GraphSearch(snapshot, part, index, request).run();
}

}  // namespace vecstore::query
