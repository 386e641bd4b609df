// Queries as JSON: one object whose members are those of Query, by the same names; the guide is docs/guide/query-tree.md.
//
//   {"prefetch": [{"vector": [0.1, 0.7], "k": 100}, {"text": "open a file", "k": 100}],
//    "formula": "score * exp_decay(now() - $created_at, 0, 86400)", "filter": "year >= 2020", "k": 10}
#pragma once

#include <string>
#include <string_view>

#include "vecstore/query.h"
#include "vecstore/status.h"

namespace vecstore {

// Members that are absent or null keep their defaults. Vectors are written as in a record, `filter` as text or as a filter object, `timeout`
// as timeout_ms; `cancel` has no JSON form. An error names the stage and the member, and the nearest name to one that is unknown. What
// depends on the collection is checked when the query runs.
Result<Query> query_from_json(std::string_view json);

// On one line, only what differs from the defaults; query_from_json reads the same query. Infinities and NaN are left out.
std::string query_to_json(const Query& query);

}  // namespace vecstore
