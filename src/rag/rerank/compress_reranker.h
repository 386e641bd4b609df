// The sentences of each passage that speak to the question, and nothing else: more passages fit
// into what a model is shown, and fewer words lead it astray.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rag/rerank/hit_reranker.h"
#include "vecstore/embedder.h"
#include "vecstore/reranker.h"

namespace vecstore {

// How well each sentence speaks to the question: larger is better.
using SentenceScorer = std::function<Result<std::vector<double>>(
    std::string_view question, std::span<const std::string> sentences)>;

// The share of the question's words (rag/answer/word_keys.h) that a sentence has, a word counting
// ln(1 + sentences / those that have it); 0 to 1. All 0 where the question has no words to compare.
SentenceScorer score_by_words();
// The cosine of their embeddings.
SentenceScorer score_by_embedder(std::shared_ptr<const Embedder> embedder);
// What a reranker's model gives them.
SentenceScorer score_by_model(std::shared_ptr<const Reranker> model);

struct CompressStep {
  std::size_t keep = 3;  // sentences of each passage, at most; at least 1
  double least = 0;      // score of a sentence that is kept
};

class CompressReranker final : public HitReranker {
 public:
  // kInvalidArgument for a `keep` of 0.
  static Result<std::shared_ptr<const HitReranker>> make(CompressStep step, SentenceScorer scorer);

  const std::string& name() const override { return name_; }

  // The first `k` hits, in their order and with their scores, each shortened to its best sentences,
  // those in the order of the text; passage_parts.h says how offsets stay exact. A passage of which
  // no sentence has `least` leaves when that is above 0, and keeps its best sentence otherwise.
  // Hits without a text stay as they are. One call of the scorer for all.
  Result<Hits> rerank(std::string_view question, Hits hits, std::size_t k) const override;

 private:
  CompressReranker(CompressStep step, SentenceScorer scorer)
      : step_(step), scorer_(std::move(scorer)) {}

  std::string name_ = "compress";
  CompressStep step_;
  SentenceScorer scorer_;
};

}  // namespace vecstore
