// Hits in the order in which a reranker puts their texts.
#pragma once

#include <string_view>

#include "vecstore/hits.h"
#include "vecstore/reranker.h"

namespace vecstore {

// The `k` best of `hits` for `question`, with the reranker's scores in place of their own; the rest
// of them is as it was. Hits without a text cannot be ranked and come last, in their order, with
// the score of the last that was. Costs one call of the reranker, or none where no hit has a text.
Result<Hits> rerank_hits(const Reranker& reranker, std::string_view question, Hits hits,
                         std::size_t k);

}  // namespace vecstore
