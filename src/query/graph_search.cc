#include "query/graph_search.h"

#include <algorithm>

#include "query/column/matching_rows.h"
#include "vecstore/limits.h"

namespace vecstore::query {
namespace {

// A walk with a filter gives up when it has met this many rows for each that matches.
constexpr std::uint64_t kGiveUp = 2;
constexpr Row kRowsBetweenLooks = 4096;

class GraphSearch {
 public:
  GraphSearch(const Snapshot& snapshot, const SegmentRows& part, const SegmentPlan& plan,
              const SearchRequest& request)
      : snapshot_(snapshot),
        part_(part),
        segment_(*part.segment),
        plan_(plan),
        index_(*plan.index),
        request_(request),
        ef_(plan.ef),
        query_(index_.query(*request.vector->dense())) {}

  Result<GraphFound> run() {
    if (plan_.arm == Plan::kWalk && !request_.filtered()) {
      VECSTORE_ASSIGN(const bool enough, walk_all());
      if (enough) return std::move(found_);
      found_.rows.clear();
    }
    if (plan_.allowed != nullptr && segment_.all_have_vector(request_.field_number)) {
      VECSTORE_TRY(search_allowed(*plan_.allowed, plan_.matches));
      return std::move(found_);
    }
    VECSTORE_ASSIGN(const Bitmap allowed, allowed_rows());
    if (!found_.partial) VECSTORE_TRY(search_allowed(allowed, allowed.count()));
    return std::move(found_);
  }

 private:
  std::size_t wanted() const { return index_.contenders(request_.k); }

  // True when k rows were found that pass.
  Result<bool> walk_all() {
    const std::uint64_t rows = index_.rows();
    const std::uint64_t alive = rows - std::min(segment_.dead_rows(), rows - 1);
    const auto ef = static_cast<std::size_t>(std::min<std::uint64_t>(ef_ * rows / alive, kMaxEf));
    VECSTORE_ASSIGN(const index::HnswFound found,
                    index_.search(query_, {.ef = ef, .around = plan_.around}));
    found_.distances += found.distances;
    for (const index::Candidate& candidate : found.rows) {
      if (found_.rows.size() == wanted()) break;
      VECSTORE_ASSIGN(const bool passing,
                      passes(snapshot_, segment_, candidate.row, nullptr, request_.now));
      if (passing) found_.rows.push_back(candidate.row);
    }
    return found_.rows.size() >= request_.k;
  }

  // Of those that pass, the ones with a vector.
  Result<Bitmap> allowed_rows() {
    Bitmap rows;
    if (plan_.allowed != nullptr) {
      rows = *plan_.allowed;
    } else if (!request_.filtered()) {
      VECSTORE_ASSIGN(rows, counting_rows(snapshot_, part_, request_.now));
    } else {
      VECSTORE_ASSIGN(rows, passing_one_by_one());
    }
    if (segment_.all_have_vector(request_.field_number)) return rows;
    Bitmap without(rows.size());
    Status status;
    rows.for_each([&](std::size_t row) {
      const Result<bool> present =
          segment_.has_vector(request_.field_number, static_cast<Row>(row));
      if (!present.ok()) status = present.status();
      if (!present.ok() || !*present) without.set(row);
    });
    VECSTORE_TRY(status);
    rows.and_not(without);
    return rows;
  }

  Result<Bitmap> passing_one_by_one() {
    Bitmap rows(part_.rows);
    for (Row row = 0; row < part_.rows; ++row) {
      if (row % kRowsBetweenLooks == 0 && stopped(request_)) {
        found_.partial = true;
        return rows;
      }
      ++found_.rows_scanned;
      VECSTORE_ASSIGN(const bool passing,
                      passes(snapshot_, segment_, row, request_.filter, request_.now));
      if (passing) rows.set(row);
    }
    return rows;
  }

  // `matches` of them are allowed.
  Status search_allowed(const Bitmap& allowed, std::uint64_t matches) {
    if (plan_.arm == Plan::kWalk && request_.filtered() && matches > wanted()) {
      VECSTORE_ASSIGN(const index::HnswFound found,
                      index_.search(query_, {.ef = ef_,
                                             .allowed = &allowed,
                                             .around = plan_.around,
                                             .max_distances = kGiveUp * matches}));
      found_.distances += found.distances;
      if (!found.gave_up && found.rows.size() >= request_.k) {
        take(found.rows);
        return {};
      }
    }
    found_.swept = plan_.arm == Plan::kWalk;
    found_.distances += matches;
    take(index_.scan(query_, allowed, wanted()));
    return {};
  }

  void take(const std::vector<index::Candidate>& candidates) {
    const std::size_t count = std::min(candidates.size(), wanted());
    for (std::size_t i = 0; i < count; ++i) found_.rows.push_back(candidates[i].row);
  }

  const Snapshot& snapshot_;
  const SegmentRows& part_;
  const Segment& segment_;
  const SegmentPlan& plan_;
  const index::HnswIndex& index_;
  const SearchRequest& request_;
  const std::size_t ef_;
  const quant::CodeQuery query_;
  GraphFound found_;
};

}  // namespace

Result<GraphFound> search_graph(const Snapshot& snapshot, const SegmentRows& part,
                                const SegmentPlan& plan, const SearchRequest& request) {
  return GraphSearch(snapshot, part, plan, request).run();
}

}  // namespace vecstore::query
