// An embedder that is a table: a text's vector is the mean of its tokens' rows, at unit length.
//
// There is no network to run, so a text costs about as much as reading its tokens' rows. Word order
// is lost and every token weighs the same, as in the models made for this (WordLlama, model2vec).
// Tokens for the start or end of a text are left out, and a text is never cut short.
#pragma once

#include <memory>
#include <string>

#include "embed/tokenizer/model_tokenizer.h"
#include "embed/weights/safetensors.h"
#include "vecstore/embedder.h"

namespace vecstore {

// Safe from many threads, without locks: everything it holds is immutable.
class StaticEmbedder final : public Embedder {
 public:
  // `weights` must hold one table, F16 or F32, with a row for every id of `tokenizer` and finite
  // numbers only. `name` and `checksum` go into info().
  static Result<std::shared_ptr<const Embedder>> make(EmbedderInfo named, ModelTokenizer tokenizer,
                                                      SafeTensors weights);

  const EmbedderInfo& info() const override { return info_; }

  // Texts must be valid UTF-8 of at most kMaxTextBytes each; the error says which is not.
  Result<std::vector<float>> embed_batch(std::span<const std::string> texts) const override;
  // All or nothing; `cancel` is looked at between texts.
  SomeEmbedded embed_some(std::span<const std::string> texts,
                          const EmbedOptions& options) const override;
  Result<std::size_t> count_tokens(std::string_view text) const override;

 private:
  StaticEmbedder(EmbedderInfo info, ModelTokenizer tokenizer, SafeTensors weights)
      : info_(std::move(info)), tokenizer_(std::move(tokenizer)), weights_(std::move(weights)) {}

  Status embed_rows(std::span<const std::string> texts, std::span<float> rows,
                    const CancelToken& cancel) const;
  void embed_one(std::string_view text, std::span<float> out) const;

  EmbedderInfo info_;
  ModelTokenizer tokenizer_;
  SafeTensors weights_;
};

}  // namespace vecstore
