// Tokens of texts into one vector of length 1 for each text: encoder and pooling, in batches by the
// number of tokens, so that memory does not grow with the number of texts; threads take batches.
//
// A text's vector is the same bits whatever else is asked for with it and by how many threads, for
// one instruction set and precision. Safe from many threads, which share the pool.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/thread_pool.h"
#include "embed/pooling/pooling.h"
#include "embed/transformer/encoder.h"
#include "vecstore/query.h"

namespace vecstore {

struct SentenceOptions {
  Pooling pooling = Pooling::kMean;
  // That work on one call, the caller's included. Each needs about 9 MB for a batch of 512 tokens
  // of a model of 384 dimensions.
  int threads = 1;
  // A batch is at least one text, and no more than fit this. Below 64 products slow down; beyond
  // 1,000 there is nothing to gain.
  std::size_t batch_tokens = 512;
  // Numbers kept of a vector, which models trained for it bear (Matryoshka); 0: all.
  std::size_t dimension = 0;
};

class SentenceEncoder {
 public:
  using Tokens = std::vector<std::uint32_t>;

  // kInvalidArgument for options that cannot be.
  static Result<SentenceEncoder> make(Encoder encoder, const SentenceOptions& options);

  const Encoder& encoder() const { return encoder_; }
  std::size_t dimension() const { return options_.dimension; }

  // A row of dimension() for each text; zeros for one without tokens. Ids are below the encoder's
  // vocabulary and texts at most its longest(). kCancelled, at the end of a batch, when `cancel`
  // says so.
  Result<std::vector<float>> embed(std::span<const Tokens> texts,
                                   const CancelToken& cancel = {}) const;

  // body(0) ... body(count - 1) on the same threads.
  void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body) const {
    pool_->parallel_for(count, body);
  }

 private:
  class Call;

  SentenceEncoder(Encoder encoder, const SentenceOptions& options);

  Encoder encoder_;
  SentenceOptions options_;
  std::unique_ptr<ThreadPool> pool_;
};

}  // namespace vecstore
