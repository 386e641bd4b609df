// Several ways to ask one question as one query: each a stage, fused by rank.
#pragma once

#include <vector>

#include "vecstore/query.h"

namespace vecstore {

// Rows that each way finds, at least.
inline constexpr std::size_t kFusedCandidates = 100;

// `asked` are not empty and have one filter. What says how to look (effort, plan, the fusion of
// vector and text) stays with each; what acts on the whole answer (k, formula, mmr, group_by,
// autocut, min_score, include, explain, timeout) is that of the first. A single one is itself.
Query fuse_questions(std::vector<Query> asked);

}  // namespace vecstore
