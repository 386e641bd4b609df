// Text into vectors. Implement it to bring a model of your own; the built-in ones are made by the toolkit.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vecstore/status.h"

namespace vecstore {

// What makes two embeddings comparable; kept with a collection so that another model is refused.
struct EmbedderInfo {
  std::string name;
  std::size_t dimension = 0;
  std::string pooling;   // "mean", "cls", …
  std::string checksum;  // of the weights; empty when unknown
};

// Safe from many threads.
class Embedder {
 public:
  virtual ~Embedder() = default;

  virtual const EmbedderInfo& info() const = 0;

  // One row of info().dimension floats per text, row-major, of unit length unless the text has nothing to embed (then zeros).
  virtual Result<std::vector<float>> embed_batch(std::span<const std::string> texts) const = 0;

  Result<std::vector<float>> embed(std::string_view text) const {
    std::string one(text);
    return embed_batch({&one, 1});
  }
};

}  // namespace vecstore
