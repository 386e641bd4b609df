// Hits that answer and are unlike each other: maximal marginal relevance (Carbonell and Goldstein
// 1998).
//
// The engine's own (Query::mmr) chooses among candidates before anything is fetched; this one comes
// after a model has ranked them, and can compare texts where the vectors are of another kind.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "rag/rerank/hit_reranker.h"
#include "vecstore/embedder.h"

namespace vecstore {

// 1 for the same direction, or bits; 0 where one is empty, or they cannot be compared. Dense,
// sparse: the cosine. Binary: the share of equal bits, scaled to -1 to 1.
double vector_likeness(const Vector& a, const Vector& b);

class MmrReranker final : public HitReranker {
 public:
  // Each pick is the best of: lambda times how well a hit fits (its score, 0 for the worst and 1
  // for the best) less (1 - lambda) times how alike it is to the most alike hit picked before.
  // Vectors are those of the hits, or with an embedder those of their texts. A hit without either
  // is like no other. kInvalidArgument unless lambda is from 0 to 1.
  static Result<std::shared_ptr<const HitReranker>> make(
      double lambda, std::shared_ptr<const Embedder> by_text = nullptr);

  const std::string& name() const override { return name_; }
  bool reads_vectors() const override { return !embedder_; }

  // Hits keep their scores. kFailedPrecondition for multi-vectors. Costs hits x k comparisons, and
  // embedding the texts.
  Result<Hits> rerank(std::string_view question, Hits hits, std::size_t k) const override;

 private:
  MmrReranker(double lambda, std::shared_ptr<const Embedder> embedder)
      : lambda_(lambda), embedder_(std::move(embedder)) {}

  Result<std::vector<Vector>> vectors_of(const Hits& hits) const;

  std::string name_ = "mmr";
  double lambda_;
  std::shared_ptr<const Embedder> embedder_;
};

}  // namespace vecstore
