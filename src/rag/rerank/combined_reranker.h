// Several steps on the same hits, their orders made into one: RRF, a weighted ensemble, Borda.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "rag/rerank/fuse_rankings.h"
#include "rag/rerank/hit_reranker.h"

namespace vecstore {

struct WeightedReranker {
  std::shared_ptr<const HitReranker> step = {};  // none: the order in which the hits came
  double weight = 1;
};

class CombinedReranker final : public HitReranker {
 public:
  // Called `name`. kInvalidArgument without arms, and for what fuse_rankings() refuses.
  static Result<std::shared_ptr<const HitReranker>> make(std::string name,
                                                         std::vector<WeightedReranker> arms,
                                                         RankFusionOptions options);

  const std::string& name() const override { return name_; }
  bool reads_vectors() const override;

  // Each arm ranks all of the hits, one after the other; the texts are those that came in, whatever
  // an arm makes of them.
  Result<Hits> rerank(std::string_view question, Hits hits, std::size_t k) const override;

 private:
  CombinedReranker(std::string name, std::vector<WeightedReranker> arms, RankFusionOptions options)
      : name_(std::move(name)), arms_(std::move(arms)), options_(options) {}

  std::string name_;
  std::vector<WeightedReranker> arms_;
  RankFusionOptions options_;
};

}  // namespace vecstore
