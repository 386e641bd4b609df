// A model that scores texts, as a step: a cross-encoder, a ColBERT, a provider.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "rag/rerank/hit_reranker.h"
#include "rag/rerank/rerank_hits.h"

namespace vecstore {

class TextReranker final : public HitReranker {
 public:
  explicit TextReranker(std::shared_ptr<const Reranker> model) : model_(std::move(model)) {}

  const std::string& name() const override { return model_->name(); }

  // As rerank_hits() says.
  Result<Hits> rerank(std::string_view question, Hits hits, std::size_t k) const override {
    return rerank_hits(*model_, question, std::move(hits), k);
  }

 private:
  std::shared_ptr<const Reranker> model_;
};

}  // namespace vecstore
