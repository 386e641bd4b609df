#include "rag/rerank/rerank_pipeline.h"

#include <algorithm>

namespace vecstore {

bool RerankPipeline::reads_vectors() const {
  return std::ranges::any_of(stages_,
                             [](const RerankStage& stage) { return stage.step->reads_vectors(); });
}

Result<Hits> RerankPipeline::rerank(std::string_view question, Hits hits, std::size_t k) const {
  return rerank(question, std::move(hits), k, Watch());
}

Result<Hits> RerankPipeline::rerank(std::string_view question, Hits hits, std::size_t k,
                                    const Watch& watch) const {
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    const RerankStage& stage = stages_[i];
    const bool last = i + 1 == stages_.size();
    const std::size_t wanted = last ? k : hits.size();
    const std::size_t most = stage.k == 0 ? wanted : std::min(stage.k, wanted);
    Result<Hits> ranked = stage.step->rerank(question, std::move(hits), most);
    if (!ranked.ok()) {
      if (stages_.size() == 1) return ranked;
      return ranked.status().with_context("step " + std::to_string(i + 1) + ", " +
                                          stage.step->name());
    }
    hits = *std::move(ranked);
    if (watch) watch(i, hits);
  }
  if (hits.size() > k) hits.hits.resize(k);
  return hits;
}

}  // namespace vecstore
