// A model of any kind, loaded to be looked at and to be tried.
#pragma once

#include <memory>
#include <string>

#include "cli/session.h"
#include "embed/model_kind.h"
#include "vecstore/reranker.h"
#include "vecstore/vector.h"

namespace vecstore {

class SparseEmbedder;
class TokenEmbedder;

struct LoadedModel {
  ModelKind kind = ModelKind::kStatic;
  std::string folder = {};
  double load_ms = 0;
  // The one that is of its kind.
  std::shared_ptr<const Embedder> embedder = {};
  std::shared_ptr<const Reranker> reranker = {};
  std::shared_ptr<const TokenEmbedder> tokens = {};
  std::shared_ptr<const SparseEmbedder> sparse = {};
};

// `name` is a folder, or the name of one among the models.
Result<LoadedModel> load_model(Session& session, const std::string& name);

// Its name and what there is to know of such a model.
Object describe_model(const LoadedModel& model);

// What is near and what is far for it; kDataLoss where that cannot be if weights, tokenizer and
// configuration belong together.
Result<Object> judge_model(const LoadedModel& model);

// Vectors of texts by a model of any kind but a reranker, which has none: kInvalidArgument.
Result<std::vector<Vector>> embed_with(const LoadedModel& model, std::span<const std::string> texts,
                                       bool questions);

// What its speed is measured with; the number of texts.
Result<std::size_t> run_model(const LoadedModel& model);

}  // namespace vecstore
