// A formula's score for every row of a ranking.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "db/search/fuse.h"
#include "db/search/query_run.h"

namespace vecstore::db {

// How many stages a query's formula may ask for by $1, $2: those of prefetch, else the vector and
// the text of a hybrid query.
std::size_t arms_of(const Query& query);

// The ranking by the new scores, ties by id. `stages` are the rankings that prefetch found, empty
// where rows carry what they were fused of. When the run stops, the rows that were reached.
Status score_rows(const QueryRun& run, const Query& query,
                  std::span<const std::vector<RankedRow>> stages, std::vector<RankedRow>& rows);

}  // namespace vecstore::db
