// A user's query against one state: checked, searched, and its hits filled in.
#pragma once

#include <string_view>

#include "base/thread_pool.h"
#include "db/collection_core.h"
#include "query/segment.h"
#include "vecstore/query.h"
#include "vecstore/stats.h"

namespace vecstore::db {

// `pool` may be null: the caller's thread alone.
Result<Hits> run_query(const ReadState& state, std::string_view collection, const Query& query,
                       TimeMs now, ThreadPool* pool);

// Active records that pass; `filter` may be null. Without one, segments where nothing expires are
// counted without looking at rows.
Result<std::uint64_t> count_rows(const query::Snapshot& snapshot, const FilterNode* filter,
                                 TimeMs now);

// All of CollectionStats but name and options.
Result<CollectionStats> count_everything(const ReadState& state, TimeMs now);

}  // namespace vecstore::db
