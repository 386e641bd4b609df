// What a query did, in the words of include/vecstore/hits.h.
#pragma once

#include <string>
#include <vector>

#include "db/schema.h"
#include "query/search.h"
#include "vecstore/query.h"

namespace vecstore::db {

// How many rows a stage looks for: a walk keeps the greater of both.
struct StageWidth {
  std::size_t ef = 0;
  std::size_t candidates = 0;
};

// "10 nearest in field 'vector' (...), where year > 2000"
std::string query_in_words(const Query& query, const Schema& schema, const StageWidth& width);

std::vector<SegmentExplanation> explain_segments(const query::Snapshot& snapshot,
                                                 const query::SearchAnswer& answer);
// `work` with what the filter did.
TextExplanation explain_text(const Query& query, const query::SearchRequest& request,
                             TextExplanation work);

// Steps in words.
std::string fusion_step(const Fusion& fusion);
std::string mmr_step(const Mmr& mmr);
std::string group_step(const GroupBy& group_by);

}  // namespace vecstore::db
