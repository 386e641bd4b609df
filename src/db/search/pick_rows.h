// The rows of a ranking that mmr and group_by choose.
#pragma once

#include <vector>

#include "db/search/fuse.h"
#include "db/search/query_run.h"

namespace vecstore::db {

// In the order of mmr, where it is set, those that group_by takes, up to offset + k of them. `rows`
// are best first. When the run stops, what was picked by then and, without groups, the best of the
// rest.
Result<std::vector<RankedRow>> pick_rows(const QueryRun& run, const Query& query,
                                         std::vector<RankedRow> rows, Explanation& explained);

}  // namespace vecstore::db
