#include "rag/query/fuse_questions.h"

#include <algorithm>
#include <utility>

#include "vecstore/limits.h"

namespace vecstore {
namespace {

// What of a query finds, without what acts on the whole answer.
Query as_stage(const Query& query) {
  Query stage;
  stage.vector = query.vector;
  stage.field = query.field;
  stage.text = query.text;
  stage.text_syntax = query.text_syntax;
  stage.text_fields = query.text_fields;
  stage.k = std::min(std::max(query.offset + query.k, kFusedCandidates), kMaxK);
  stage.effort = query.effort;
  stage.ef = query.ef;
  stage.target_recall = query.target_recall;
  stage.plan = query.plan;
  stage.fusion = query.fusion;
  stage.max_distance = query.max_distance;
  const bool chooses = !query.vector.empty() && !query.text.empty();
  if (chooses && query.candidates > 0) stage.candidates = std::max(query.candidates, stage.k);
  return stage;
}

}  // namespace

Query fuse_questions(std::vector<Query> asked) {
  if (asked.size() == 1) return std::move(asked.front());
  const Query& first = asked.front();
  Query whole;
  whole.k = first.k;
  whole.offset = first.offset;
  whole.filter = first.filter;
  whole.min_score = first.min_score;
  whole.autocut = first.autocut;
  whole.formula = first.formula;
  whole.mmr = first.mmr;
  whole.group_by = first.group_by;
  whole.explain = first.explain;
  whole.include = first.include;
  whole.timeout = first.timeout;
  whole.cancel = first.cancel;
  whole.fusion.method = FusionMethod::kRrf;
  for (const Query& query : asked) whole.prefetch.push_back(as_stage(query));
  return whole;
}

}  // namespace vecstore
