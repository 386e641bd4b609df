// The head of a ...ForMaskedLM: the vector of a token into a number for each piece of the
// vocabulary. Most files keep no matrix for it: the table of words is used again.
//
// Immutable once made, so safe from many threads.
#pragma once

#include <functional>
#include <vector>

#include "embed/transformer/config.h"
#include "embed/transformer/linear.h"

namespace vecstore {

class VocabularyHead {
 public:
  // kNotFound or kInvalidArgument names the tensor that is missing or has another shape.
  static Result<VocabularyHead> make(const TransformerConfig& config, const Weights& weights,
                                     Precision precision);

  // Whether the file holds such a head at all.
  static bool is_in(const TransformerConfig& config, const Weights& weights);

  std::size_t vocabulary() const { return words_.outputs(); }

  // Gives `take` the numbers of each token, in their order, from 0 on. A few tokens are worked on
  // at a time: with 30,000 pieces that is 4 MB.
  void apply(TokenRows rows, std::size_t tokens,
             const std::function<void(std::size_t token, const float* numbers)>& take) const;

  std::size_t memory_bytes() const { return dense_.memory_bytes() + words_.memory_bytes(); }

 private:
  VocabularyHead(const TransformerConfig& config, Linear dense, Linear words);

  Linear dense_, words_;
  std::vector<float> scale_, shift_;  // of the normalisation between them
  std::size_t hidden_;
  float epsilon_;
  Activation activation_;
  Precision precision_ = Precision::kFloat;
};

}  // namespace vecstore
