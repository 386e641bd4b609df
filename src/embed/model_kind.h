// What kind of model lies in a folder.
#pragma once

#include <string>
#include <string_view>

#include "vecstore/status.h"

namespace vecstore {

enum class ModelKind : unsigned char {
  kStatic,     // a table: no config.json
  kSentences,  // a transformer with a vector for each text
  kReranker,   // ... with a score for a question and a passage: a cross-encoder
  kTokens,     // ... with a vector for each token: ColBERT
  kSparse,     // ... with a weight for each piece of its vocabulary: SPLADE
};

// "static", "transformer", "reranker", "tokens", "sparse".
std::string_view model_kind_name(ModelKind kind);

// By config.json, and what lies beside it; the weights are not opened.
Result<ModelKind> model_kind(const std::string& folder);

// kInvalidArgument, with the function that loads what `kind` is, unless it is `wanted`.
Status check_kind(ModelKind kind, ModelKind wanted);

}  // namespace vecstore
