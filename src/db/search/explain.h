// What a query did, in the words of include/vecstore/query.h.
#pragma once

#include <string_view>

#include "query/search.h"
#include "vecstore/query.h"

namespace vecstore::db {

// All but the times that are known only later.
Explanation explain(const Query& query, const query::Snapshot& snapshot,
                    const query::SearchRequest& request, const query::SearchAnswer& answer);

}  // namespace vecstore::db
