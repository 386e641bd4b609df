#include "db/search/rank_rows.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "base/clock.h"
#include "base/number.h"
#include "db/search/explain.h"
#include "db/search/text_search.h"
#include "index/blob_distance.h"
#include "vecstore/limits.h"

namespace vecstore::db {
namespace {

double score_of(const Query& query, const VectorField& field, double distance) {
  if (query.vector.empty()) return 0;
  if (field.kind != VectorKind::kMulti) return score_of_distance(field.metric, distance);
  const MultiVector& vector = *query.vector.multi();
  return index::multi_score(field.metric, vector.values.size() / vector.dimension, distance);
}

query::SearchRequest search_request(const QueryRun& run, const Query& query,
                                    const RankRequest& ranked) {
  query::SearchRequest request = run.common;
  request.field_number = *run.schema.find(query.field);
  request.field = run.schema.fields[request.field_number];
  if (!query.vector.empty()) request.vector = &query.vector;
  request.allowed = ranked.allowed;
  request.filter = ranked.filter;
  request.k = ranked.k;
  request.ef = walk_width(query, run.schema);
  // What stages found is compared exactly.
  request.target_recall = query.target_recall;
  const bool exact =
      query.effort == Effort::kMaxRecall || query.target_recall == 1 || !query.prefetch.empty();
  request.plan = exact ? Plan::kScan : query.plan;
  return request;
}

void count(const query::SearchAnswer& answer, Hits& totals) {
  totals.partial = totals.partial || answer.partial;
  for (const query::SegmentWork& work : answer.segments) {
    totals.rows_scanned += work.rows_scanned;
    totals.distances += work.distances + work.codes;
    totals.segments_walked += work.by_graph ? 1 : 0;
  }
}

// By the vector, or with neither vector nor text all that pass by id.
Result<Ranking> rank_by_vector(const QueryRun& run, const Query& query,
                               const query::SearchRequest& request, Explanation& explained) {
  Ranking ranking;
  // No record has the field yet.
  if (request.vector != nullptr && request.field.dimension == 0) return ranking;
  VECSTORE_ASSIGN(query::SearchAnswer answer, query::search(run.snapshot, request));
  count(answer, run.totals);
  if (run.explains()) explained.segments = explain_segments(run.snapshot, answer);
  if (!query.prefetch.empty())
    for (SegmentExplanation& one : explained.segments)
      one.why = "every row that the stages found is compared, exactly";
  ranking.more = answer.rows.size() == request.k;
  const double begun = monotonic_ms();
  ranking.rows.reserve(answer.rows.size());
  for (query::FoundRow& found : answer.rows) {
    if (query.max_distance && found.distance > *query.max_distance) {
      ranking.more = false;
      break;
    }
    ranking.rows.push_back({.segment = found.segment,
                            .row = found.row,
                            .id = std::move(found.id),
                            .score = score_of(query, request.field, found.distance)});
    if (!query.vector.empty()) ranking.rows.back().distance = found.distance;
  }
  if (run.explains() && query.max_distance)
    explained.steps.push_back({"max_distance " + format_double(*query.max_distance),
                               answer.rows.size(), ranking.rows.size(), monotonic_ms() - begun});
  return ranking;
}

Result<Ranking> rank_by_text(const QueryRun& run, const Query& query,
                             const query::SearchRequest& request, Explanation& explained) {
  VECSTORE_ASSIGN(TextRows found,
                  search_texts(run.snapshot, run.schema, run.collection, query, request));
  run.totals.partial = run.totals.partial || found.partial;
  run.totals.rows_scanned += found.work.rows_scored;
  if (run.explains()) explained.by_text = explain_text(query, request, found.work);
  return Ranking{std::move(found.rows), found.work.candidates == request.k};
}

}  // namespace

std::size_t walk_width(const Query& query, const Schema& schema) {
  if (query.ef > 0) return query.ef;
  const std::size_t usual = schema.fields[*schema.find(query.field)].hnsw.ef_search;
  if (query.effort == Effort::kFast) return std::max<std::size_t>(usual / 2, 1);
  if (query.effort == Effort::kHighRecall) return std::min(usual * 4, kMaxEf);
  return usual;
}

bool is_hybrid(const Query& query) { return !query.vector.empty() && !query.text.empty(); }
bool has_ranking(const Query& query) { return !query.vector.empty() || !query.text.empty(); }

Result<Ranking> rank_rows(const QueryRun& run, const Query& query, const RankRequest& asked,
                          Explanation& explained) {
  const query::SearchRequest request = search_request(run, query, asked);
  if (query.text.empty()) return rank_by_vector(run, query, request, explained);
  if (query.vector.empty()) return rank_by_text(run, query, request, explained);
  VECSTORE_ASSIGN(Ranking by_vector, rank_by_vector(run, query, request, explained));
  VECSTORE_ASSIGN(Ranking by_text, rank_by_text(run, query, request, explained));
  const double begun = monotonic_ms();
  std::array arms = {std::move(by_vector.rows), std::move(by_text.rows)};
  const std::size_t rows_in = arms[0].size() + arms[1].size();
  Ranking fused{fuse(hybrid_fusion(query.fusion), arms), by_vector.more || by_text.more};
  if (run.explains())
    explained.steps.push_back(
        {fusion_step(query.fusion), rows_in, fused.rows.size(), monotonic_ms() - begun});
  return fused;
}

}  // namespace vecstore::db
