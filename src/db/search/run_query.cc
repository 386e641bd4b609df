#include "db/search/run_query.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/clock.h"
#include "db/search/explain.h"
#include "db/search/fuse.h"
#include "db/search/text_search.h"
#include "db/segment/record_reader.h"
#include "db/validate.h"
#include "index/blob_distance.h"
#include "query/search.h"
#include "vecstore/limits.h"

namespace vecstore::db {
namespace {

constexpr std::size_t kLeastCandidates = 100;  // of each half of a hybrid query

bool is_hybrid(const Query& query) { return !query.vector.empty() && !query.text.empty(); }

Status check_limits(const Query& query) {
  if (query.k < 1 || query.k > kMaxK)
    return invalid_argument("k is " + std::to_string(query.k) + ", expected 1 to " +
                            std::to_string(kMaxK));
  if (query.offset > kMaxK || query.offset + query.k > kMaxK)
    return invalid_argument("offset + k is " + std::to_string(query.offset) + " + " +
                            std::to_string(query.k) + ", the limit is " + std::to_string(kMaxK));
  if (query.ef > kMaxEf)
    return invalid_argument("ef is " + std::to_string(query.ef) + ", the limit is " +
                            std::to_string(kMaxEf));
  if (query.max_distance && std::isnan(*query.max_distance))
    return invalid_argument("max_distance is not a number");
  if (query.min_score && std::isnan(*query.min_score))
    return invalid_argument("min_score is not a number");
  if (query.timeout.count() < 0)
    return invalid_argument("timeout is " + std::to_string(query.timeout.count()) + " ms");
  VECSTORE_TRY(check_fusion(query.fusion, is_hybrid(query) ? 2 : 0));
  if (query.max_distance && query.vector.empty() && !query.text.empty())
    return invalid_argument("max_distance is for vectors: what a text finds has none");
  return {};
}

// How many rows each half of the query finds.
std::size_t depth_of(const Query& query) {
  const std::size_t wanted = query.offset + query.k;
  if (!is_hybrid(query)) return wanted;
  return std::min(std::max(4 * wanted, kLeastCandidates), kMaxK);
}

std::size_t ef_of(const Query& query, const HnswOptions& options) {
  if (query.ef > 0) return query.ef;
  switch (query.effort) {
    case Effort::kFast:
      return std::max<std::size_t>(options.ef_search / 2, 1);
    case Effort::kHighRecall:
      return std::min(std::size_t{options.ef_search} * 4, kMaxEf);
    case Effort::kBalanced:
    case Effort::kMaxRecall:
      break;
  }
  return options.ef_search;
}

double score_of(const Query& query, const VectorField& field, double distance) {
  if (field.kind != VectorKind::kMulti) return score_of_distance(field.metric, distance);
  const MultiVector& vector = *query.vector.multi();
  return index::multi_score(field.metric, vector.values.size() / vector.dimension, distance);
}

Result<Hit> make_hit(const ReadState& state, const query::Snapshot& snapshot,
                     const query::SearchRequest& request, const Query& query, RankedRow found) {
  const query::Segment& segment = *snapshot.segments[found.segment].segment;
  Hit hit{.id = std::move(found.id),
          .score = found.score,
          .distance = found.distance,
          .arms = std::move(found.arms)};
  if (query.include.metadata) {
    VECSTORE_ASSIGN(hit.metadata, read_metadata(segment, found.row));
  }
  if (query.include.text) {
    Bytes scratch;
    VECSTORE_ASSIGN(const auto text, segment.text(found.row, scratch));
    if (text) hit.text = std::string(*text);
  }
  if (query.include.vector) {
    VECSTORE_ASSIGN(Vector vector,
                    read_vector(*state.version->schema, request.field_number, segment, found.row));
    if (!vector.empty()) hit.vector = std::move(vector);
  }
  return hit;
}

// Fills in which field is asked; false when no record can have it yet.
Result<bool> choose_field(const Schema& schema, std::string_view collection, const Query& query,
                          query::SearchRequest& request) {
  const auto number = schema.find(query.field);
  if (!number)
    return invalid_argument("collection '" + std::string(collection) + "' has no vector field '" +
                            query.field + "'");
  request.field = schema.fields[*number];
  request.field_number = *number;
  if (query.vector.empty()) return true;
  if (request.field.dimension == 0) return false;
  VECSTORE_TRY(check_vector(request.field, collection, query.vector));
  request.vector = &query.vector;
  return true;
}

struct Found {
  std::vector<RankedRow> rows;  // best first
  query::SearchAnswer by_vector;
  std::optional<TextRows> by_text;
};

// What the vector found, or with neither vector nor text the filter alone.
std::vector<RankedRow> ranked(const Query& query, const query::SearchRequest& request,
                              const query::SearchAnswer& answer) {
  std::vector<RankedRow> rows;
  for (const query::FoundRow& found : answer.rows) {
    if (query.max_distance && found.distance > *query.max_distance) continue;
    rows.push_back({.segment = found.segment,
                    .row = found.row,
                    .id = found.id,
                    .score = request.vector ? score_of(query, request.field, found.distance) : 0,
                    .distance = found.distance});
  }
  return rows;
}

Result<Found> find_rows(const query::Snapshot& snapshot, const Schema& schema,
                        std::string_view collection, const Query& query,
                        const query::SearchRequest& request) {
  Found found;
  if (query.text.empty() || request.vector != nullptr) {
    VECSTORE_ASSIGN(found.by_vector, query::search(snapshot, request));
    found.rows = ranked(query, request, found.by_vector);
  }
  if (!query.text.empty()) {
    VECSTORE_ASSIGN(found.by_text, search_texts(snapshot, schema, collection, query, request));
    std::array arms = {std::move(found.rows), std::move(found.by_text->rows)};
    found.rows = is_hybrid(query) ? fuse(hybrid_fusion(query.fusion), arms) : std::move(arms[1]);
  }
  if (query.min_score)
    std::erase_if(found.rows, [&](const RankedRow& row) { return row.score < *query.min_score; });
  return found;
}

void set_request(const Query& query, double begin, query::SearchRequest& request) {
  request.k = depth_of(query);
  request.ef = ef_of(query, request.field.hnsw);
  request.plan = query.effort == Effort::kMaxRecall ? Plan::kScan : query.plan;
  request.plan_only = query.explain == Explain::kPlan;
  if (query.timeout.count() > 0)
    request.deadline_ms = begin + static_cast<double>(query.timeout.count());
  if (query.cancel) request.cancel = &*query.cancel;
}

Hits work_of(const Found& found) {
  Hits hits;
  hits.partial = found.by_vector.partial || (found.by_text && found.by_text->partial);
  for (const query::SegmentWork& work : found.by_vector.segments) {
    hits.rows_scanned += work.rows_scanned;
    hits.distances += work.distances;
    hits.segments_walked += work.arm == Plan::kScan ? 0 : 1;
  }
  if (found.by_text) hits.rows_scanned += found.by_text->work.rows_scored;
  return hits;
}

}  // namespace

Result<Hits> run_query(const ReadState& state, std::string_view collection, const Query& query,
                       TimeMs now, ThreadPool* pool) {
  const double begin = monotonic_ms();
  VECSTORE_TRY(check_limits(query));
  const Schema& schema = *state.version->schema;
  query::SearchRequest request;
  VECSTORE_ASSIGN(const bool possible, choose_field(schema, collection, query, request));
  VECSTORE_ASSIGN(const auto node, query.filter.node());
  if (!possible && query.text.empty()) return Hits();
  VECSTORE_ASSIGN(const auto filter, query::BoundFilter::bind(*node, now));
  request.filter = &filter;
  request.now = now;
  request.pool = pool;
  set_request(query, begin, request);

  const query::Snapshot snapshot = state.snapshot();
  VECSTORE_ASSIGN(Found found, find_rows(snapshot, schema, collection, query, request));
  Hits hits = work_of(found);
  if (query.explain != Explain::kNo)
    hits.explanation = explain(query, snapshot, request, found.by_vector);
  if (hits.explanation && found.by_text) hits.explanation->by_text = found.by_text->work;
  const double searched = monotonic_ms();
  const std::size_t end = std::min(found.rows.size(), query.offset + query.k);
  for (std::size_t i = query.offset; i < end; ++i) {
    VECSTORE_ASSIGN(Hit hit, make_hit(state, snapshot, request, query, std::move(found.rows[i])));
    hits.hits.push_back(std::move(hit));
  }
  const double ended = monotonic_ms();
  hits.took_ms = ended - begin;
  if (!hits.explanation) return hits;
  hits.explanation->hits = hits.size();
  hits.explanation->fetch_ms = ended - searched;
  hits.explanation->took_ms = hits.took_ms;
  return hits;
}

}  // namespace vecstore::db
