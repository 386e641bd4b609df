// ColBERT: a vector of length 1 for each token of a text, for fields of multi-vectors, where a
// document's score is the sum over the question's vectors of the nearest of its own (Khattab and
// Zaharia, arXiv:2004.12832). Finds better than one vector for a text, and takes some hundred times
// the room.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "embed/heads/head_options.h"
#include "embed/tokenizer/model_tokenizer.h"
#include "embed/transformer/batched_encoder.h"
#include "vecstore/embedder.h"
#include "vecstore/vector.h"

namespace vecstore {

// How texts become the tokens that the model was trained with.
struct TokenRules {
  std::optional<std::uint32_t> query_marker, document_marker;  // behind the first token
  std::size_t query_tokens, document_tokens;  // at most, special ones and marker included
  std::optional<std::uint32_t> mask;          // questions are filled up with; none: they are not
  bool attends = false;                       // ... and the other tokens see it
  std::vector<std::uint32_t> skipped;         // ascending; documents have no vector for these
};

// Safe from many threads. A text's vectors do not depend on what else is asked for with it.
class TokenEmbedder {
 public:
  // `layers` follow the encoder one after another; the last gives the dimension.
  static Result<std::shared_ptr<const TokenEmbedder>> make(EmbedderInfo named,
                                                           ModelTokenizer tokenizer,
                                                           BatchedEncoder encoder,
                                                           std::vector<Linear> layers,
                                                           TokenRules rules);

  // The dimension is that of each vector, the pooling "tokens".
  const EmbedderInfo& info() const { return info_; }

  // For each text to be found as many vectors as it has tokens, special ones and marker included
  // and punctuation left out; what is beyond the length for documents does not count. Texts must be
  // valid UTF-8 of at most kMaxTextBytes. kCancelled, at the end of a batch, when `cancel` says so.
  Result<std::vector<MultiVector>> embed_batch(std::span<const std::string> texts,
                                               const CancelToken& cancel = {}) const;

  // For each text that is looked for: filled up with mask tokens to a fixed number, as most models
  // were trained, so that they may stand for words that it does not say.
  Result<std::vector<MultiVector>> embed_queries(std::span<const std::string> texts,
                                                 const CancelToken& cancel = {}) const;

  // Of weights, shared by all threads.
  std::size_t memory_bytes() const;

 private:
  struct Text;

  TokenEmbedder(EmbedderInfo info, ModelTokenizer tokenizer, BatchedEncoder encoder,
                std::vector<Linear> layers, TokenRules rules);

  Result<Text> tokens_of(std::string_view text, std::optional<std::uint32_t> marker,
                         std::size_t limit) const;
  Result<Text> document_of(std::string_view text) const;
  Result<Text> query_of(std::string_view text) const;
  Result<std::vector<MultiVector>> embed(std::span<const Text> texts,
                                         const CancelToken& cancel) const;
  std::vector<float> project(const EncodedBatch& batch) const;

  EmbedderInfo info_;
  ModelTokenizer tokenizer_;
  BatchedEncoder encoder_;
  std::vector<Linear> layers_;
  TokenRules rules_;
};

}  // namespace vecstore
