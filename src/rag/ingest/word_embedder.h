// For tests: a small real embedder. Each word adds one to a component chosen by its hash, so that
// texts with common words are near.
#pragma once

#include <atomic>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "vecstore/embedder.h"

namespace vecstore {

class WordEmbedder : public Embedder {
 public:
  explicit WordEmbedder(std::string name = "words", std::size_t dimension = 64)
      : info_{std::move(name), dimension, "sum", "c0ffee"} {}

  const EmbedderInfo& info() const override { return info_; }

  Result<std::vector<float>> embed_batch(std::span<const std::string> texts) const override {
    if (calls_before_failure_-- == 0) return unavailable("the embedder is out of order");
    texts_ += texts.size();
    std::vector<float> out;
    for (const std::string& text : texts) {
      std::vector<float> one = embed_one(text);
      out.insert(out.end(), one.begin(), one.end());
    }
    return out;
  }

  std::size_t texts() const { return texts_; }
  void fail_after(int calls) { calls_before_failure_ = calls; }

 private:
  std::vector<float> embed_one(std::string_view text) const {
    std::vector<float> out(info_.dimension);
    constexpr std::string_view kBetween = " \n\t.,:;#|-";
    while (!text.empty()) {
      std::size_t end = std::min(text.find_first_of(kBetween), text.size());
      if (end > 0) ++out[hash64(as_bytes(text.substr(0, end))) % out.size()];
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    float squares = 0;
    for (float x : out) squares += x * x;
    for (float& x : out) x = squares > 0 ? x / std::sqrt(squares) : 0;
    return out;
  }

  EmbedderInfo info_;
  mutable std::atomic<std::size_t> texts_ = 0;
  mutable std::atomic<int> calls_before_failure_ = -1;
};

}  // namespace vecstore
