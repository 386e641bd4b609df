// What stands in a field of the records that count and pass: from columns where a segment has them,
// else from its rows.
#pragma once

#include <cstddef>
#include <string_view>

#include "query/column/column_codes.h"
#include "query/filter/filter_tree.h"
#include "query/segment.h"
#include "vecstore/facets.h"
#include "vecstore/filter.h"
#include "vecstore/status.h"

namespace vecstore::db {

// `filter` may be null. Cost: a pass over the field's column, and over the rows that columns leave
// open. kCancelled when `stop` says so.
Result<Facet> count_values(const query::Snapshot& snapshot, const query::Path& path,
                           const FilterNode* filter, TimeMs now, std::size_t limit,
                           const query::StopSign& stop = {});

Result<Summary> summarize_numbers(const query::Snapshot& snapshot, const query::Path& path,
                                  const FilterNode* filter, TimeMs now,
                                  const query::StopSign& stop = {});

}  // namespace vecstore::db
