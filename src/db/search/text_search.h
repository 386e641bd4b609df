// The text half of a query: the best rows of a snapshot by BM25, under the same filter as vectors.
#pragma once

#include <string_view>
#include <vector>

#include "db/schema.h"
#include "db/search/fuse.h"
#include "query/search.h"
#include "vecstore/query.h"

namespace vecstore::db {

struct TextRows {
  std::vector<RankedRow> rows = {};  // best first, ties by id
  bool partial = false;
  TextExplanation work = {};
};

// Of `request`: filter, k, now and when to stop. kFailedPrecondition when the collection's texts
// are not analysed, kUnimplemented when this build cannot, kInvalidArgument for a query that is
// none.
Result<TextRows> search_texts(const query::Snapshot& snapshot, const Schema& schema,
                              std::string_view collection, const Query& query,
                              const query::SearchRequest& request);

}  // namespace vecstore::db
