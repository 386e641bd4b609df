// A cross-encoder: question and passage through a transformer together, and one score for the two
// (Nogueira and Cho, arXiv:1901.04085). Better than comparing vectors, and too slow for more than
// the hundred best of a search: every pair costs what embedding that much text costs.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "embed/heads/classification_head.h"
#include "embed/heads/head_config.h"
#include "embed/heads/head_options.h"
#include "embed/tokenizer/model_tokenizer.h"
#include "embed/transformer/batched_encoder.h"
#include "vecstore/reranker.h"

namespace vecstore {

// The `count` best texts by their scores, best first, ties in their order.
std::vector<RankedText> best_of(std::span<const float> scores, std::size_t count);

// Safe from many threads. A passage's score does not depend on what else is asked for with it.
class CrossEncoder final : public Reranker {
 public:
  // `config` has the tokens at most.
  static Result<std::shared_ptr<const CrossEncoder>> make(std::string name,
                                                          ModelTokenizer tokenizer,
                                                          BatchedEncoder encoder,
                                                          ClassificationHead head,
                                                          const PairConfig& config);

  const std::string& name() const override { return name_; }

  Result<std::vector<RankedText>> rerank(std::string_view query, std::span<const std::string> texts,
                                         std::size_t count) const override {
    return rerank(query, texts, count, CancelToken());
  }
  Result<std::vector<RankedText>> rerank(std::string_view query, std::span<const std::string> texts,
                                         std::size_t count, const CancelToken& cancel) const;

  // Of each text, in their order: from 0 to 1 with a sigmoid, else any number. All must be valid
  // UTF-8 of at most kMaxTextBytes. Where a pair is too long the longer of the two loses its end.
  // kCancelled, at the end of a batch, when `cancel` says so.
  Result<std::vector<float>> scores(std::string_view query, std::span<const std::string> texts,
                                    const CancelToken& cancel = {}) const;

  // Of weights, shared by all threads.
  std::size_t memory_bytes() const { return encoder_.encoder().memory_bytes(); }

 private:
  CrossEncoder(std::string name, ModelTokenizer tokenizer, BatchedEncoder encoder,
               ClassificationHead head, const PairConfig& config);

  Result<Encoding> encode(std::string_view query, std::string_view text) const;

  std::string name_;
  ModelTokenizer tokenizer_;
  BatchedEncoder encoder_;
  ClassificationHead head_;
  PairConfig config_;
};

}  // namespace vecstore
