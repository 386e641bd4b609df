// The door to steps of reranking: hits in, hits out, in a better order, fewer, or shorter.
//
// To add one: derive from HitReranker, in a file with its test, and give it a name in
// make_hit_reranker.cc. A model that only scores texts is a Reranker (vecstore/reranker.h), and
// TextReranker makes a step of it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "vecstore/hits.h"

namespace vecstore {

// Safe from many threads.
class HitReranker {
 public:
  virtual ~HitReranker() = default;

  // What it is called among steps: "mmr".
  virtual const std::string& name() const = 0;

  // True when hits should come with their vectors (Include::vector).
  virtual bool reads_vectors() const { return false; }

  // At most the `k` best of `hits`, which are best first, for `question`; best first. Of equally
  // good ones the one that was before stays before. What it does not change of a hit stays.
  virtual Result<Hits> rerank(std::string_view question, Hits hits, std::size_t k) const = 0;
};

}  // namespace vecstore
