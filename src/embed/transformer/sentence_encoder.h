// Tokens of texts into one vector of length 1 for each text: encoder and pooling.
//
// A text's vector is the same bits whatever else is asked for with it and by how many threads, for
// one instruction set and precision. Safe from many threads, which share the pool.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "embed/pooling/pooling.h"
#include "embed/transformer/batched_encoder.h"
#include "vecstore/embedder.h"

namespace vecstore {

struct SentenceOptions {
  Pooling pooling = Pooling::kMean;
  int threads = 1;  // these as in BatchOptions
  std::size_t batch_tokens = 512;
  // Numbers kept of a vector, which models trained for it bear (Matryoshka); 0: all.
  std::size_t dimension = 0;
};

class SentenceEncoder {
 public:
  using Tokens = std::vector<std::uint32_t>;

  // kInvalidArgument for options that cannot be.
  static Result<SentenceEncoder> make(Encoder encoder, const SentenceOptions& options);

  const Encoder& encoder() const { return encoder_.encoder(); }
  std::size_t dimension() const { return dimension_; }

  // A row of dimension() for each text; zeros for one without tokens. Ids are below the encoder's
  // vocabulary and texts at most its longest(). kCancelled, at the end of a batch, when `cancel`
  // says so.
  Result<std::vector<float>> embed(std::span<const Tokens> texts,
                                   const CancelToken& cancel = {}) const;
  // The same with what was done until then.
  SomeEmbedded embed_some(std::span<const Tokens> texts, const CancelToken& cancel) const;

  // Some of a text's tokens.
  struct Stretch {
    std::size_t text;        // of `texts`
    std::size_t begin, end;  // tokens
  };
  // A row for each stretch, zeros for an empty one: the mean of its tokens' vectors. Stretches are
  // by ascending text.
  Result<std::vector<float>> embed_stretches(std::span<const Tokens> texts,
                                             std::span<const Stretch> stretches,
                                             const CancelToken& cancel) const;

  Status for_each_text(std::size_t count, const CancelToken& cancel,
                       const std::function<Status(std::size_t)>& body) const {
    return encoder_.for_each_text(count, cancel, body);
  }

 private:
  SentenceEncoder(BatchedEncoder encoder, Pooling pooling, std::size_t dimension)
      : encoder_(std::move(encoder)), pooling_(pooling), dimension_(dimension) {}

  BatchedEncoder encoder_;
  Pooling pooling_;
  std::size_t dimension_;
};

}  // namespace vecstore
