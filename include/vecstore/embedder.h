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

  // The same for texts that are looked for, where embed_batch() takes texts to be found. Models that were trained with the two apart
  // ("query: ", an input type) override it; for the others a question is a text.
  virtual Result<std::vector<float>> embed_queries(std::span<const std::string> texts) const { return embed_batch(texts); }

  Result<std::vector<float>> embed(std::string_view text) const {
    std::string one(text);
    return embed_batch({&one, 1});
  }
  Result<std::vector<float>> embed_query(std::string_view text) const {
    std::string one(text);
    return embed_queries({&one, 1});
  }
};

}  // namespace vecstore
