// SPLADE: a weight for each piece of the vocabulary that a text speaks of, said or not, for fields
// of sparse vectors and their dot product: log(1 + what the masked language model expects), the
// largest over the text's tokens (Formal et al., arXiv:2109.10086).
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "embed/heads/head_config.h"
#include "embed/heads/head_options.h"
#include "embed/heads/vocabulary_head.h"
#include "embed/tokenizer/model_tokenizer.h"
#include "embed/transformer/batched_encoder.h"
#include "vecstore/embedder.h"
#include "vecstore/vector.h"

namespace vecstore {

// Safe from many threads. A text's vector does not depend on what else is asked for with it.
class SparseEmbedder {
 public:
  // `config` has the tokens at most. `top` weights are kept of a text, the largest; 0: all.
  static Result<std::shared_ptr<const SparseEmbedder>> make(
      EmbedderInfo named, ModelTokenizer tokenizer, BatchedEncoder encoder, VocabularyHead head,
      const SparseConfig& config, std::size_t top = 0);

  // The dimension is the vocabulary's, the pooling "splade-max" or "splade-sum".
  const EmbedderInfo& info() const { return info_; }

  // For each text, to be found or looked for, the pieces with a weight above 0 by their ids. Texts
  // must be valid UTF-8 of at most kMaxTextBytes; what is beyond the model's length does not count.
  // kCancelled, at the end of a batch, when `cancel` says so.
  Result<std::vector<SparseVector>> embed_batch(std::span<const std::string> texts,
                                                const CancelToken& cancel = {}) const;

  // Of weights, shared by all threads.
  std::size_t memory_bytes() const {
    return encoder_.encoder().memory_bytes() + head_.memory_bytes();
  }

 private:
  SparseEmbedder(EmbedderInfo info, ModelTokenizer tokenizer, BatchedEncoder encoder,
                 VocabularyHead head, const SparseConfig& config, std::size_t top);

  Result<std::vector<std::uint32_t>> tokens_of(std::string_view text) const;
  void add(const float* numbers, std::vector<float>& pooled) const;
  SparseVector finish(std::vector<float>& pooled) const;

  EmbedderInfo info_;
  ModelTokenizer tokenizer_;
  BatchedEncoder encoder_;
  VocabularyHead head_;
  SparseConfig config_;
  std::size_t top_;
};

}  // namespace vecstore
