// An embedder that is a transformer: tokens, encoder, pooling, length 1.
//
// Texts go through the encoder in batches by the number of their tokens, so that memory does not
// grow with their number; threads take batches. A text's vector is the same bits whatever else is
// asked for with it and by how many threads, for one instruction set and precision.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "embed/tokenizer/model_tokenizer.h"
#include "embed/pooling/sentence_config.h"
#include "embed/text_role.h"
#include "embed/transformer/encoder.h"
#include "vecstore/embedder.h"
#include "vecstore/query.h"

namespace vecstore {

struct TransformerOptions {
  Precision precision = Precision::kFloat;
  // That work on one call, the caller's included. Each needs about 12 MB for a batch of 512 tokens
  // of a model of 384 dimensions.
  int threads = 1;
  // A batch is at least one text, and no more than fit this. Below 64 products slow down; beyond
  // 1,000 there is nothing to gain.
  std::size_t batch_tokens = 512;
  // Numbers kept of a vector, which models trained for it bear (Matryoshka); 0: all.
  std::size_t dimension = 0;
};

// Safe from many threads.
class TransformerEmbedder final : public Embedder {
 public:
  // `named` gives name and checksum. The tokenizer's ids must be rows of the encoder's table.
  static Result<std::shared_ptr<const TransformerEmbedder>> make(EmbedderInfo named,
                                                                 ModelTokenizer tokenizer,
                                                                 Encoder encoder,
                                                                 SentenceConfig config,
                                                                 const TransformerOptions& options);

  const EmbedderInfo& info() const override { return info_; }

  Result<std::vector<float>> embed_batch(std::span<const std::string> texts) const override {
    return embed_texts(texts, TextRole::kDocument);
  }
  Result<std::vector<float>> embed_queries(std::span<const std::string> texts) const override {
    return embed_texts(texts, TextRole::kQuery);
  }

  // Either of them, until `cancel` says so: then kCancelled, at the end of a batch. Texts must be
  // valid UTF-8 of at most kMaxTextBytes each; what is beyond the model's length is not looked at.
  Result<std::vector<float>> embed_texts(std::span<const std::string> texts, TextRole role,
                                         const CancelToken& cancel = {}) const;

  // Of weights, shared by all threads.
  std::size_t memory_bytes() const { return encoder_.memory_bytes(); }

 private:
  class Call;

  TransformerEmbedder(EmbedderInfo info, ModelTokenizer tokenizer, Encoder encoder,
                      SentenceConfig config, const TransformerOptions& options);

  std::vector<std::uint32_t> tokens_of(std::string_view text) const;

  EmbedderInfo info_;
  ModelTokenizer tokenizer_;
  Encoder encoder_;
  SentenceConfig config_;
  TransformerOptions options_;
  std::size_t max_tokens_ = 0;
  std::size_t suffix_tokens_ = 0;  // special ones behind every text
  std::unique_ptr<ThreadPool> pool_;
};

}  // namespace vecstore
