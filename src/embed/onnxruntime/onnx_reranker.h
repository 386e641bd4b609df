// A cross-encoder whose model, of any architecture, ONNX Runtime runs: question and passage in, one
// score out.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "embed/heads/head_config.h"
#include "embed/onnxruntime/onnx_text_files.h"
#include "vecstore/reranker.h"

namespace vecstore {

// Safe from many threads. The last bits of a score may depend on what is asked with it.
class OnnxReranker final : public Reranker {
 public:
  // One pair is scored, to see that the model can. `config` has the tokens at most.
  static Result<std::shared_ptr<const OnnxReranker>> make(std::string name,
                                                          ModelTokenizer tokenizer,
                                                          OnnxTextModel model,
                                                          const PairConfig& config,
                                                          const OnnxOptions& options);

  const std::string& name() const override { return name_; }

  Result<std::vector<RankedText>> rerank(std::string_view query, std::span<const std::string> texts,
                                         std::size_t count) const override {
    return rerank(query, texts, count, CancelToken());
  }
  Result<std::vector<RankedText>> rerank(std::string_view query, std::span<const std::string> texts,
                                         std::size_t count, const CancelToken& cancel) const;

  // As CrossEncoder::scores().
  Result<std::vector<float>> scores(std::string_view query, std::span<const std::string> texts,
                                    const CancelToken& cancel = {}) const;

 private:
  OnnxReranker(std::string name, ModelTokenizer tokenizer, OnnxTextModel model, PairConfig config)
      : name_(std::move(name)),
        tokenizer_(std::move(tokenizer)),
        model_(std::move(model)),
        config_(config) {}

  Status find_output();
  Status take(const OnnxTextBatch& batch, std::span<float> scores) const;

  std::string name_;
  ModelTokenizer tokenizer_;
  OnnxTextModel model_;
  PairConfig config_;
  std::string output_;
  std::size_t batch_tokens_ = 0;
};

// From a folder with model.onnx and tokenizer.json, and where they are there config.json and
// tokenizer_config.json, as load_reranker() reads them. Without config.json scores go through a
// sigmoid. A model of several labels is refused.
Result<std::shared_ptr<const OnnxReranker>> load_onnx_reranker(const std::string& folder,
                                                               const OnnxOptions& options = {});

}  // namespace vecstore
