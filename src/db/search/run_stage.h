// One query of a tree: what its stages find, ranked, scored, thinned and cut; in the order of
// docs/design/008-query-tree.md.
#pragma once

#include <string>
#include <vector>

#include "db/search/fuse.h"
#include "db/search/query_run.h"
#include "db/search/scope.h"
#include "vecstore/query.h"

namespace vecstore::db {

struct StageAnswer {
  std::vector<RankedRow> rows = {};  // best first, without those that `offset` skips
  Explanation explanation = {};      // when the run explains
};

// `query` passed check_query. `above` is what the queries above leave; `place` as in check_query.h.
Result<StageAnswer> run_stage(const QueryRun& run, const Query& query, Scope& above,
                              const std::string& place);

}  // namespace vecstore::db
