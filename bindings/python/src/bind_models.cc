// Models that run here, and the memory of what they embedded.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "embed/load_embedder.h"
#include "embed/model_files.h"
#include "python/src/errors.h"
#include "python/src/handles.h"
#include "python/src/models.h"
#include "python/src/values.h"
#include "python/src/vectors.h"

namespace nb = nanobind;

namespace vecstore::python {
namespace {

using Texts = std::vector<std::string>;

// Static models embed so many short texts within milliseconds: not worth a thread of their own.
constexpr std::size_t kFewTexts = 500;

// In a thread of its own where it may be long, so that Ctrl-C ends it.
SomeEmbedded run(const Model& model, Texts texts, bool questions, nb::handle cancel) {
  EmbedOptions options{.questions = questions, .cancel = token_of(cancel)};
  const bool slow = model->transformer || model->remote || model->cached || model->python;
  const bool few = !slow && texts.size() < kFewTexts;
  CancelToken token = options.cancel;
  auto work = [shared = model.shared(), texts = std::move(texts), options] {
    return shared->embedder->embed_some(texts, options);
  };
  SomeEmbedded some = few ? unlocked(work) : watched(std::move(work), &token);
  if (!some.status.ok() && model->python) model->python->rethrow();
  return some;
}

nb::object rows_of(const Model& model, SomeEmbedded& some) {
  const std::size_t dimension = model->embedder->info().dimension;
  some.rows.resize(some.done.size() * dimension);  // zeros where nothing came at all
  return float_array(std::move(some.rows), dimension);
}

nb::object embed(const Model& model, Texts texts, bool questions, nb::handle cancel) {
  SomeEmbedded some = run(model, std::move(texts), questions, cancel);
  check(some.status);
  return rows_of(model, some);
}

// Rows, which of them are done, and the exception that kept the others from it, or None.
nb::tuple embed_some(const Model& model, Texts texts, bool questions, nb::handle cancel) {
  SomeEmbedded some = run(model, std::move(texts), questions, cancel);
  nb::list done;
  for (const bool one : some.done) done.append(one);
  const nb::object error = some.status.ok() ? nb::none() : exception_of(some.status);
  return nb::make_tuple(rows_of(model, some), done, error);
}

nb::list count_tokens(const Model& model, Texts texts) {
  using Counts = std::vector<std::size_t>;
  auto work = [shared = model.shared(), texts = std::move(texts)]() -> Result<Counts> {
    Counts counts;
    for (const std::string& text : texts) {
      VECSTORE_ASSIGN(const std::size_t count, shared->embedder->count_tokens(text));
      counts.push_back(count);
    }
    return counts;
  };
  nb::list list;
  for (const std::size_t count : take(watched(std::move(work), nullptr))) list.append(count);
  return list;
}

nb::dict describe(const Model& model) {
  const EmbedderInfo& info = model->embedder->info();
  nb::dict dict;
  dict["name"] = from_text(info.name);
  dict["dimension"] = info.dimension;
  dict["pooling"] = from_text(info.pooling);
  dict["checksum"] = from_text(info.checksum);
  return dict;
}

nb::dict facts(const Model& model) {
  nb::dict dict;
  const auto& transformer = model->transformer;
  dict["kind"] = transformer ? "transformer" : "static";
  dict["max_tokens"] = transformer ? transformer->max_tokens() : 0;
  dict["query_prefix"] = from_text(transformer ? transformer->query_prefix() : "");
  dict["document_prefix"] = from_text(transformer ? transformer->document_prefix() : "");
  dict["memory_bytes"] = transformer ? transformer->memory_bytes() : 0;
  return dict;
}

// `builtin`: the folder of models that has it.
Model load_model(const std::string& folder, bool builtin, const std::string& precision, int threads,
                 std::size_t batch_tokens, std::size_t dimensions) {
  const TransformerOptions options{.precision = parse_precision(precision),
                                   .threads = threads,
                                   .batch_tokens = batch_tokens,
                                   .dimension = dimensions};
  auto work = [=] {
    return builtin ? load_builtin_embedder(folder) : load_embedder(folder, options);
  };
  Loaded loaded{.embedder = take(watched(work, nullptr))};
  loaded.transformer = std::dynamic_pointer_cast<const TransformerEmbedder>(loaded.embedder);
  return Model(std::move(loaded));
}

Model cached_model(const DatabaseHandle& database, nb::handle embedder, std::uint64_t max_entries,
                   bool read_only) {
  Loaded inner = to_loaded(embedder);
  auto work = [shared = database.shared(), model = inner.embedder,
               options = EmbeddingCacheOptions{max_entries, read_only}] {
    return CachedEmbedder::open(*shared, model, options);
  };
  Loaded loaded;
  loaded.cached = take(watched(std::move(work), nullptr));
  loaded.embedder = loaded.cached;
  loaded.python = inner.python;
  return Model(std::move(loaded));
}

nb::tuple cache_stats(const Model& model) {
  const EmbeddingCacheStats stats = take(unlocked([&] { return model->cached->stats(); }));
  return nb::make_tuple(stats.hits, stats.misses, stats.entries);
}

}  // namespace

Precision parse_precision(const std::string& name) {
  if (name != "float" && name != "int8")
    raise_invalid("precision is 'float' or 'int8', not '" + name + "'");
  return name == "int8" ? Precision::kInt8 : Precision::kFloat;
}

void bind_models(nb::module_& module) {
  nb::class_<Model>(module, "Model")
      .def("embed", embed, nb::arg("texts"), nb::arg("questions"), nb::arg("cancel").none())
      .def("embed_some", embed_some, nb::arg("texts"), nb::arg("questions"),
           nb::arg("cancel").none())
      .def("count_tokens", count_tokens, nb::arg("texts"))
      .def("info", describe)
      .def("facts", facts)
      .def("cache_stats", cache_stats)
      .def("usage", nb::overload_cast<const Model&>(usage_of))
      .def("estimate", estimate_of, nb::arg("texts"), nb::arg("questions"));
  module.def("load_model", load_model, nb::arg("folder"), nb::arg("builtin"), nb::arg("precision"),
             nb::arg("threads"), nb::arg("batch_tokens"), nb::arg("dimensions"));
  module.def("cached_model", cached_model, nb::arg("database"), nb::arg("embedder"),
             nb::arg("max_entries"), nb::arg("read_only"));
  module.attr("BUILTIN_MODEL") = from_text(kBuiltinModel);
}

}  // namespace vecstore::python
