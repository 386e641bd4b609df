// An embedder that is a transformer: tokens of a text, and a sentence encoder over them.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "embed/pooling/sentence_config.h"
#include "embed/tokenizer/model_tokenizer.h"
#include "embed/transformer/sentence_encoder.h"
#include "vecstore/embedder.h"

namespace vecstore {

// What load_embedder() may be told.
struct TransformerOptions {
  Precision precision = Precision::kFloat;
  int threads = 1;  // these as in SentenceOptions
  std::size_t batch_tokens = 512;
  std::size_t dimension = 0;
};

// Safe from many threads. A text's vector does not depend on what else is asked for with it.
class TransformerEmbedder final : public Embedder {
 public:
  // `named` gives name and checksum. The tokenizer's ids must be rows of the encoder's table. What
  // `config` says of pooling is the encoder's affair.
  static Result<std::shared_ptr<const TransformerEmbedder>> make(EmbedderInfo named,
                                                                 ModelTokenizer tokenizer,
                                                                 SentenceEncoder encoder,
                                                                 SentenceConfig config);

  const EmbedderInfo& info() const override { return info_; }

  Result<std::vector<float>> embed_batch(std::span<const std::string> texts) const override {
    return embed_batch(texts, CancelToken());
  }
  Result<std::vector<float>> embed_queries(std::span<const std::string> texts) const override {
    return embed_queries(texts, CancelToken());
  }

  // The same until `cancel` says so: then kCancelled, at the end of a batch. Texts must be valid
  // UTF-8 of at most kMaxTextBytes each; what is beyond the model's length does not count.
  Result<std::vector<float>> embed_batch(std::span<const std::string> texts,
                                         const CancelToken& cancel) const {
    return embed_texts(texts, config_.document_prefix, cancel);
  }
  Result<std::vector<float>> embed_queries(std::span<const std::string> texts,
                                           const CancelToken& cancel) const {
    return embed_texts(texts, config_.query_prefix, cancel);
  }

  // What came before `cancel` said so is there; of texts that cannot be, nothing is.
  SomeEmbedded embed_some(std::span<const std::string> texts,
                          const EmbedOptions& options) const override;

  // kUnimplemented for a model that does not take the mean of a text's tokens: what others make of
  // them alone is not what they were trained for.
  Result<std::vector<float>> embed_parts(const TextParts& of,
                                         const CancelToken& cancel) const override;

  Result<std::size_t> count_tokens(std::string_view text) const override;
  // Of a text, marks included; what is beyond is cut.
  std::size_t max_tokens() const { return max_tokens_; }
  const std::string& query_prefix() const { return config_.query_prefix; }
  const std::string& document_prefix() const { return config_.document_prefix; }
  // Of weights, shared by all threads.
  std::size_t memory_bytes() const { return encoder_.encoder().memory_bytes(); }

 private:
  TransformerEmbedder(EmbedderInfo info, ModelTokenizer tokenizer, SentenceEncoder encoder,
                      SentenceConfig config);

  Result<std::vector<SentenceEncoder::Tokens>> tokens_of_all(std::span<const std::string> texts,
                                                             const std::string& prefix,
                                                             const CancelToken& cancel) const;
  Result<std::vector<float>> embed_texts(std::span<const std::string> texts,
                                         const std::string& prefix,
                                         const CancelToken& cancel) const;
  Result<SentenceEncoder::Tokens> tokens_of(std::string_view text) const;

  EmbedderInfo info_;
  ModelTokenizer tokenizer_;
  SentenceEncoder encoder_;
  SentenceConfig config_;
  std::size_t max_tokens_ = 0;
};

}  // namespace vecstore
