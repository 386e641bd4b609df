// Rankings that another program made, in TREC's form: query, anything, document, rank, score, name.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "rag/eval/judgements.h"

namespace vecstore {

using TrecRun = std::unordered_map<std::string, std::vector<RankedHit>>;  // by query

// As trec_eval reads it: the ranks are not looked at, hits are ordered by their scores and those of
// equal score by their documents, the last first. Scores are of single precision, as trec_eval
// keeps them. kUnknown, with the line, for what is no such file.
Result<TrecRun> read_trec_run(const NextLine& next);

}  // namespace vecstore
