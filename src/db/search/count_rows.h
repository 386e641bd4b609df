// How many records a state holds, and of what kind.
#pragma once

#include <cstdint>

#include "db/collection_core.h"
#include "query/column/column_codes.h"
#include "query/segment.h"
#include "vecstore/filter.h"
#include "vecstore/stats.h"

namespace vecstore::db {

// Active records that pass; `filter` may be null. Without one, segments where nothing expires are
// counted without looking at rows. kCancelled when `stop` says so.
Result<std::uint64_t> count_rows(const query::Snapshot& snapshot, const FilterNode* filter,
                                 TimeMs now, const query::StopSign& stop = {});

// All of CollectionStats but name and options.
Result<CollectionStats> count_everything(const ReadState& state, TimeMs now);

}  // namespace vecstore::db
