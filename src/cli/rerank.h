// --rerank: hits through the steps of [reranking]; a model that reads the question and each text
// together, unless they say otherwise.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/session.h"
#include "rag/rerank/rerank_pipeline.h"
#include "vecstore/query.h"

namespace vecstore {

struct RerankFlags {
  bool rerank = false;
  std::optional<std::string> steps = {};  // asks for it, and so does:
  std::optional<std::string> model = {};
  std::optional<std::int64_t> candidates = {};

  bool asked() const { return rerank || steps || model; }
  bool any() const { return asked() || candidates; }
};
std::vector<Option> rerank_arguments(RerankFlags& to);

// reranking.steps as one text.
std::string configured_steps(const Settings& settings);

// How many hits to ask the collection for, of which the `k` best are shown: `k` without --rerank,
// else reranking.candidates or --rerank-candidates, but at least `k`. Errors of the settings come
// here, before anything is opened. From then on make_queries() asks for vectors where a step
// compares them.
Result<std::size_t> hits_to_find(Session& session, const RerankFlags& flags, std::size_t k);

// The `k` best, ranked anew where that is asked for. `question` is needed then. `watch` sees what
// every step gives.
Result<Hits> reranked(Session& session, const RerankFlags& flags,
                      const std::optional<std::string>& question, Hits hits, std::size_t k,
                      const RerankPipeline::Watch& watch = {});

}  // namespace vecstore
