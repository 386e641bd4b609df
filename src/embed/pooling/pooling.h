// The vectors of a text's tokens into one for the text.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "vecstore/status.h"

namespace vecstore {

enum class Pooling : unsigned char {
  kMean,
  kFirst,  // "cls": the token that stands for the whole
  kLast,
};

// "mean", "cls", "last".
std::string_view pooling_name(Pooling pooling);

// From a sentence-transformers 1_Pooling/config.json; kUnimplemented for what is not one of these.
Result<Pooling> parse_pooling_config(std::string_view json);

// `tokens` rows of at least out.size() numbers, `stride` apart: what a row has beyond is left out,
// which shortens the vectors of models that were trained for it (Matryoshka).
void pool(Pooling pooling, const float* rows, std::size_t stride, std::size_t tokens,
          std::span<float> out);

// To length 1, unless all are zero.
void normalize(std::span<float> vector);

}  // namespace vecstore
