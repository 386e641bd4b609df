// A user's query against one state: checked, searched, and its hits filled in.
#pragma once

#include <string_view>

#include "base/thread_pool.h"
#include "db/collection_core.h"
#include "query/segment.h"
#include "vecstore/query.h"

namespace vecstore::db {

// `pool` may be null: the caller's thread alone.
Result<Hits> run_query(const ReadState& state, std::string_view collection, const Query& query,
                       TimeMs now, ThreadPool* pool);

}  // namespace vecstore::db
