// The options of a collection as JSON: `dimension metric kind storage index quantization
// hnsw{m ef_construction ef_search min_rows seed} fields{NAME: the options so far} analyzer
// text_fields{NAME: {analyzer boost}} schema partition_key keep_versions description attributes`.
#pragma once

#include <string>

#include "vecstore/options.h"
#include "vecstore/stats.h"

namespace vecstore {

// An error names the member. What the values may be, the engine says when the collection is made.
Result<CollectionOptions> collection_options_from_json(const Value& json);

Object collection_options_object(const CollectionOptions& options);

// What the collection holds, counted, and its options.
Object collection_stats_object(const CollectionStats& stats);
Object compact_result_object(const CompactResult& result);
Object database_stats_object(const DatabaseStats& stats);

}  // namespace vecstore
