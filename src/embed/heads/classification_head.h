// The head of a ...ForSequenceClassification: the vector of a text's first token into one number.
//
// Each family has layers of its own: BERT a pooler (tanh) below the classifier, DistilBERT a
// pre_classifier (relu), RoBERTa and MPNet a dense (tanh) and an out_proj. Immutable once made.
#pragma once

#include "embed/transformer/linear.h"

namespace vecstore {

struct TransformerConfig;

class ClassificationHead {
 public:
  // kNotFound or kInvalidArgument names the tensor that is missing or has another shape.
  static Result<ClassificationHead> make(const TransformerConfig& config, const Weights& weights);

  // `first` has as many numbers as the model is wide. Before any sigmoid.
  float score(const float* first) const;

 private:
  ClassificationHead(Linear dense, Linear out, std::size_t hidden, bool tanh)
      : dense_(std::move(dense)), out_(std::move(out)), hidden_(hidden), tanh_(tanh) {}

  Linear dense_, out_;
  std::size_t hidden_;
  bool tanh_;
};

}  // namespace vecstore
