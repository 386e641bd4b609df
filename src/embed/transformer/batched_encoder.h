// Texts through an encoder in batches by the number of tokens, so that memory does not grow with
// the number of texts; threads take batches. What stands behind the encoder takes each batch's
// rows.
//
// Safe from many threads, which share the pool.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "base/thread_pool.h"
#include "embed/transformer/encoder.h"
#include "vecstore/query.h"

namespace vecstore {

struct BatchOptions {
  // That work on one call, the caller's included. Each needs about 9 MB for a batch of 512 tokens
  // of a model of 384 dimensions.
  int threads = 1;
  // A batch is at least one text, and no more than fit this. Below 64 products slow down; beyond
  // 1,000 there is nothing to gain.
  std::size_t batch_tokens = 512;
};

// The tokens of a text, which lie elsewhere: ids below the encoder's vocabulary, at most its
// longest(). A text without tokens is passed over.
struct TokenText {
  std::span<const std::uint32_t> ids = {};
  std::span<const std::uint32_t> types = {};  // below the encoder's; empty: all the first
  std::size_t attended = 0;                   // tokens, the first ones, that others see; 0: all
};

// `texts` are `first` and what follows of those that were given; the rows of their tokens lie one
// after another, and may be written to.
struct EncodedBatch {
  std::size_t first;
  std::span<const TokenText> texts;
  TokenRows rows;
  std::size_t tokens;
};

class BatchedEncoder {
 public:
  // kInvalidArgument for options that cannot be.
  static Result<BatchedEncoder> make(Encoder encoder, const BatchOptions& options);

  const Encoder& encoder() const { return encoder_; }

  // Gives every batch to `take`, on any of the threads; the first error ends it all. A text's rows
  // are the same bits whatever else is asked for with it and by how many threads, for one
  // instruction set and precision. kCancelled, at the end of a batch, when `cancel` says so.
  Status encode(std::span<const TokenText> texts, const CancelToken& cancel,
                const std::function<Status(const EncodedBatch&)>& take) const;

  // body(0) ... body(count - 1) on the same threads, for what is done with texts before. An error
  // says which text it was; kCancelled as above.
  Status for_each_text(std::size_t count, const CancelToken& cancel,
                       const std::function<Status(std::size_t)>& body) const;

 private:
  class Call;

  BatchedEncoder(Encoder encoder, const BatchOptions& options);

  Encoder encoder_;
  BatchOptions options_;
  std::unique_ptr<ThreadPool> pool_;
};

}  // namespace vecstore
