// Steps of reranking, one after the other.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rag/rerank/hit_reranker.h"

namespace vecstore {

struct RerankStage {
  std::shared_ptr<const HitReranker> step = {};
  std::size_t k = 0;  // hits that it gives to the next; 0: as many as it gets
};

class RerankPipeline final : public HitReranker {
 public:
  // What every stage gave, for whoever measures them: called after each, in order.
  using Watch = std::function<void(std::size_t stage, const Hits& hits)>;

  explicit RerankPipeline(std::vector<RerankStage> stages) : stages_(std::move(stages)) {}

  const std::string& name() const override { return name_; }
  const std::vector<RerankStage>& stages() const { return stages_; }
  bool reads_vectors() const override;

  // The last stage gives at most `k`. An error says in which step it was.
  Result<Hits> rerank(std::string_view question, Hits hits, std::size_t k) const override;
  Result<Hits> rerank(std::string_view question, Hits hits, std::size_t k,
                      const Watch& watch) const;

 private:
  std::string name_ = "pipeline";
  std::vector<RerankStage> stages_;
};

}  // namespace vecstore
