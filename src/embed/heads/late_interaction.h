// ColBERT as a reranker: the texts of hits get a vector for each token when they are ranked, which
// needs no room in a collection (Khattab and Zaharia, arXiv:2004.12832).
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "embed/heads/token_embedder.h"
#include "vecstore/metric.h"
#include "vecstore/reranker.h"

namespace vecstore {

// MaxSim: the sum over the question's vectors of the nearest of the document's, by dot product,
// cosine, or the squared euclidean distance, which counts as negative. 0 where either has none.
// kInvalidArgument for other metrics, and for vectors of two dimensions.
Result<double> max_sim(const MultiVector& question, const MultiVector& document,
                       Metric metric = Metric::kDot);

struct LateInteractionOptions {
  Metric metric = Metric::kDot;
  // Texts whose vectors are kept, those that were asked for last; some 100 kB each with 180 tokens
  // of 128 numbers.
  std::size_t cached_texts = 256;
};

// Safe from many threads.
class LateInteraction final : public Reranker {
 public:
  static Result<std::shared_ptr<const LateInteraction>> make(
      std::shared_ptr<const TokenEmbedder> model, const LateInteractionOptions& options = {});
  ~LateInteraction() override;

  const std::string& name() const override { return model_->info().name; }

  Result<std::vector<RankedText>> rerank(std::string_view query, std::span<const std::string> texts,
                                         std::size_t count) const override {
    return rerank(query, texts, count, CancelToken());
  }
  Result<std::vector<RankedText>> rerank(std::string_view query, std::span<const std::string> texts,
                                         std::size_t count, const CancelToken& cancel) const;

  // Of each text, in their order. kCancelled, at the end of a batch, when `cancel` says so.
  Result<std::vector<double>> scores(std::string_view query, std::span<const std::string> texts,
                                     const CancelToken& cancel = {}) const;

  std::size_t cached() const;  // texts

 private:
  class Cache;

  LateInteraction(std::shared_ptr<const TokenEmbedder> model,
                  const LateInteractionOptions& options);

  std::shared_ptr<const TokenEmbedder> model_;
  Metric metric_;
  std::unique_ptr<Cache> cache_;
};

}  // namespace vecstore
