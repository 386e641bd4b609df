// Models with heads: those that rank, and those that give a text vectors of its tokens or weights
// of words. Rerankers of providers are made by bind_remote.cc.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "embed/heads/late_interaction.h"
#include "embed/load_embedder.h"
#include "embed/model_kind.h"
#include "embed/remote/remote_reranker.h"
#include "python/src/errors.h"
#include "python/src/handles.h"
#include "python/src/models.h"
#include "python/src/values.h"
#include "python/src/vectors.h"

namespace nb = nanobind;

namespace vecstore::python {
namespace {

using Texts = std::vector<std::string>;

struct LoadedTokens {
  std::shared_ptr<const TokenEmbedder> embedder;
};
struct LoadedSparse {
  std::shared_ptr<const SparseEmbedder> embedder;
};
using TokenModel = KeptOverForks<LoadedTokens>;
using SparseModel = KeptOverForks<LoadedSparse>;

HeadOptions head_options(const std::string& precision, int threads, std::size_t batch_tokens,
                         std::size_t max_tokens) {
  return {parse_precision(precision), threads, batch_tokens, max_tokens};
}

RerankerHandle make_reranker(const std::string& folder, const std::string& precision, int threads,
                             std::size_t batch_tokens, std::size_t max_tokens) {
  const HeadOptions options = head_options(precision, threads, batch_tokens, max_tokens);
  auto pairs = take(watched([=] { return load_reranker(folder, options); }, nullptr));
  const auto rank = [pairs](auto&&... arguments) { return pairs->rerank(arguments...); };
  return RerankerHandle(Ranker{pairs->name(), rank, {}, pairs});
}

nb::list rerank(const RerankerHandle& handle, std::string query, Texts texts, std::size_t count,
                nb::handle cancel) {
  CancelToken token = token_of(cancel);
  auto work = [shared = handle.shared(), query = std::move(query), texts = std::move(texts), count,
               token] { return shared->rerank(query, texts, count, token); };
  nb::list list;
  for (const RankedText& one : take(watched(std::move(work), &token)))
    list.append(nb::make_tuple(one.index, one.score));
  return list;
}

nb::object scores(const RerankerHandle& handle, std::string query, Texts texts, nb::handle cancel) {
  CancelToken token = token_of(cancel);
  auto work = [shared = handle.shared(), query = std::move(query), texts = std::move(texts),
               token] { return shared->pairs->scores(query, texts, token); };
  return float_array(take(watched(std::move(work), &token)));
}

TokenModel make_tokens(const std::string& folder, const std::string& precision, int threads,
                       std::size_t batch_tokens, std::size_t max_tokens) {
  const HeadOptions options = head_options(precision, threads, batch_tokens, max_tokens);
  return TokenModel(
      LoadedTokens{take(watched([=] { return load_token_embedder(folder, options); }, nullptr))});
}

RerankerHandle rank_by_tokens(const TokenModel& model, const std::string& metric,
                              std::size_t cached_texts) {
  const Metric near = take(parse_metric(metric));
  auto late = take(LateInteraction::make(model->embedder, {near, cached_texts}));
  const auto rank = [late](auto&&... arguments) { return late->rerank(arguments...); };
  return RerankerHandle(Ranker{late->name(), rank});
}

SparseModel make_sparse(const std::string& folder, const std::string& precision, int threads,
                        std::size_t batch_tokens, std::size_t max_tokens, std::size_t top) {
  const HeadOptions options = head_options(precision, threads, batch_tokens, max_tokens);
  return SparseModel(LoadedSparse{
      take(watched([=] { return load_sparse_embedder(folder, options, top); }, nullptr))});
}

nb::list embed_tokens(const TokenModel& model, Texts texts, bool questions, nb::handle cancel) {
  CancelToken token = token_of(cancel);
  auto work = [shared = model.shared(), texts = std::move(texts), questions, token] {
    const TokenEmbedder& embedder = *shared->embedder;
    return questions ? embedder.embed_queries(texts, token) : embedder.embed_batch(texts, token);
  };
  nb::list list;
  for (MultiVector& vectors : take(watched(std::move(work), &token)))
    list.append(float_array(std::move(vectors.values), vectors.dimension));
  return list;
}

nb::list embed_sparse(const SparseModel& model, Texts texts, nb::handle cancel) {
  CancelToken token = token_of(cancel);
  auto work = [shared = model.shared(), texts = std::move(texts), token] {
    return shared->embedder->embed_batch(texts, token);
  };
  nb::list list;
  for (SparseVector& vector : take(watched(std::move(work), &token)))
    list.append(from_vector(Vector(std::move(vector))));
  return list;
}

template <typename Handle>
nb::dict describe(const Handle& model) {
  const EmbedderInfo& info = model->embedder->info();
  nb::dict dict;
  dict["name"] = from_text(info.name);
  dict["dimension"] = info.dimension;
  dict["pooling"] = from_text(info.pooling);
  dict["checksum"] = from_text(info.checksum);
  dict["memory_bytes"] = model->embedder->memory_bytes();
  return dict;
}

std::string kind_in(const std::string& folder) {
  return std::string(model_kind_name(take(model_kind(folder))));
}

}  // namespace

void bind_heads(nb::module_& module) {
  nb::class_<RerankerHandle>(module, "Reranker")
      .def("name", [](const RerankerHandle& handle) { return from_text(handle->name); })
      .def("rerank", rerank, nb::arg("query"), nb::arg("texts"), nb::arg("count"),
           nb::arg("cancel").none())
      .def("scores", scores, nb::arg("query"), nb::arg("texts"), nb::arg("cancel").none())
      .def("memory_bytes",
           [](const RerankerHandle& handle) { return handle->pairs->memory_bytes(); })
      .def("usage", nb::overload_cast<const RerankerHandle&>(usage_of));
  nb::class_<TokenModel>(module, "TokenModel")
      .def("embed", embed_tokens, nb::arg("texts"), nb::arg("questions"), nb::arg("cancel").none())
      .def("info", describe<TokenModel>);
  nb::class_<SparseModel>(module, "SparseModel")
      .def("embed", embed_sparse, nb::arg("texts"), nb::arg("cancel").none())
      .def("info", describe<SparseModel>);
  module.def("load_reranker", make_reranker, nb::arg("folder"), nb::arg("precision"),
             nb::arg("threads"), nb::arg("batch_tokens"), nb::arg("max_tokens"));
  module.def("load_token_embedder", make_tokens, nb::arg("folder"), nb::arg("precision"),
             nb::arg("threads"), nb::arg("batch_tokens"), nb::arg("max_tokens"));
  module.def("load_sparse_embedder", make_sparse, nb::arg("folder"), nb::arg("precision"),
             nb::arg("threads"), nb::arg("batch_tokens"), nb::arg("max_tokens"), nb::arg("top"));
  module.def("late_interaction", rank_by_tokens, nb::arg("model"), nb::arg("metric"),
             nb::arg("cached_texts"));
  module.def("model_kind", kind_in, nb::arg("folder"));
}

}  // namespace vecstore::python
