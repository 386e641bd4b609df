// What models with heads may be told.
#pragma once

#include <cstddef>

#include "embed/transformer/linear.h"

namespace vecstore {

struct HeadOptions {
  Precision precision = Precision::kFloat;  // of the encoder, and of SPLADE's head
  int threads = 1;                          // these as in BatchOptions
  std::size_t batch_tokens = 512;
  // Tokens of a text at most (of a document, for ColBERT), or of question and passage together; 0:
  // what the model says.
  std::size_t max_tokens = 0;
};

}  // namespace vecstore
