// An embedder whose model, of any architecture, ONNX Runtime runs.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "embed/onnxruntime/onnx_text_files.h"
#include "embed/pooling/sentence_config.h"
#include "vecstore/embedder.h"

namespace vecstore {

// Safe from many threads. The last bits of a text's vector may depend on what is asked with it.
class OnnxEmbedder final : public Embedder {
 public:
  // `named` gives name and checksum. One text is embedded, to see that the model can.
  static Result<std::shared_ptr<const OnnxEmbedder>> make(EmbedderInfo named,
                                                          ModelTokenizer tokenizer,
                                                          OnnxTextModel model,
                                                          SentenceConfig config,
                                                          const OnnxOptions& options);

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
    return whole(embed_texts(texts, config_.document_prefix, cancel));
  }
  Result<std::vector<float>> embed_queries(std::span<const std::string> texts,
                                           const CancelToken& cancel) const {
    return whole(embed_texts(texts, config_.query_prefix, cancel));
  }
  // What came before `cancel` said so is there; of texts that cannot be, nothing is.
  SomeEmbedded embed_some(std::span<const std::string> texts,
                          const EmbedOptions& options) const override {
    return embed_texts(texts, options.questions ? config_.query_prefix : config_.document_prefix,
                       options.cancel);
  }

 private:
  OnnxEmbedder(EmbedderInfo info, ModelTokenizer tokenizer, OnnxTextModel model,
               SentenceConfig config)
      : info_(std::move(info)),
        tokenizer_(std::move(tokenizer)),
        model_(std::move(model)),
        config_(std::move(config)) {}

  Status find_output();
  Status find_dimension(std::size_t wanted);
  static Result<std::vector<float>> whole(SomeEmbedded some) {
    VECSTORE_TRY(some.status);
    return std::move(some.rows);
  }
  Result<std::vector<Encoding>> tokens_of(std::span<const std::string> texts,
                                          const std::string& prefix,
                                          const CancelToken& cancel) const;
  SomeEmbedded embed_texts(std::span<const std::string> texts, const std::string& prefix,
                           const CancelToken& cancel) const;
  Status take(const OnnxTextBatch& batch, std::span<const Encoding> texts,
              std::span<float> rows) const;

  EmbedderInfo info_;
  ModelTokenizer tokenizer_;
  OnnxTextModel model_;
  SentenceConfig config_;
  std::string output_;
  bool pooled_ = false;  // by the model
  std::size_t batch_tokens_ = 0;
};

// From a folder with model.onnx and tokenizer.json, and where they are there config.json and the
// files that sentence-transformers puts beside them. It is known by the folder's last name and the
// checksum of model.onnx.
Result<std::shared_ptr<const OnnxEmbedder>> load_onnx_embedder(const std::string& folder,
                                                               const OnnxOptions& options = {});

}  // namespace vecstore
