// Rows by a vector, by a text, or by both fused; with neither by id.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "db/search/fuse.h"
#include "db/search/query_run.h"
#include "query/column/matching_rows.h"

namespace vecstore::db {

struct RankRequest {
  std::size_t k = 10;  // of each half of a hybrid query
  // As in query::SearchRequest.
  std::span<const query::AllowedRows> allowed = {};
  const query::BoundFilter* filter = nullptr;
};

struct Ranking {
  std::vector<RankedRow> rows = {};  // best first, ties by id
  bool more = false;                 // a greater k might find more
};

// Under max_distance. What was done goes into `explained` and the run's totals.
Result<Ranking> rank_rows(const QueryRun& run, const Query& query, const RankRequest& request,
                          Explanation& explained);

// How many rows a walk through the query's field keeps.
std::size_t walk_width(const Query& query, const Schema& schema);

bool is_hybrid(const Query& query);
bool has_ranking(const Query& query);  // a vector or a text

}  // namespace vecstore::db
