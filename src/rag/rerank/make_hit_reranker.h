// From the text of steps (rerank_steps.h) to what does them. Steps, with their options:
//
//   found      the order as it is: to combine with others
//   model      a model that scores texts          name (of several)
//   mmr        unlike each other                  lambda (0.7), by: vector or text (vector)
//   score      a number of the metadata, a limit  field, weight (0.5), otherwise (0), least,
//                                                 normalize: none, min_max, z_score, dbsf
//                                                 (min_max with a field, else none)
//   function   one of the caller's                name
//   compress   sentences that speak to it         keep (3), least (0), by: words, text or model
//                                                 (words), name (of the model)
//   rrf        combines by rank                   rrf_k (60), and steps
//   ensemble   combines by score                  normalize (min_max), and steps
//   borda      combines by points                 steps
//
// Every step has k, too: how many hits it gives at most. docs/guide/retrieval.md says when to use
// which.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "rag/rerank/rerank_pipeline.h"
#include "rag/rerank/score_reranker.h"
#include "vecstore/embedder.h"
#include "vecstore/reranker.h"

namespace vecstore {

// Asked for what the steps name, and only for that.
struct RerankSources {
  // The model of that name; the one that is set, where the name is empty.
  std::function<Result<std::shared_ptr<const Reranker>>(const std::string& name)> model = {};
  std::function<Result<std::shared_ptr<const Embedder>>()> embedder = {};
  std::map<std::string, ScoreFunction> functions = {};
};

// kInvalidArgument for what no step is or has, naming the nearest; kFailedPrecondition for a source
// that is not there.
Result<std::shared_ptr<const RerankPipeline>> make_rerank_pipeline(std::string_view steps,
                                                                   const RerankSources& sources);

}  // namespace vecstore
