// How well texts answer a question: implement it to bring a model of your own; those of providers are made by the toolkit.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vecstore/status.h"

namespace vecstore {

struct RankedText {
  std::size_t index = 0;  // into the texts that were given
  double score = 0;       // larger is better; what it means beyond that is the model's
};

// Safe from many threads.
class Reranker {
 public:
  virtual ~Reranker() = default;

  virtual const std::string& name() const = 0;

  // The `count` best of `texts` for `query`, best first, ties by index; fewer when there are fewer. No text comes twice.
  virtual Result<std::vector<RankedText>> rerank(std::string_view query, std::span<const std::string> texts, std::size_t count) const = 0;
};

}  // namespace vecstore
