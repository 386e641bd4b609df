// Hits after they were found: through steps of reranking, and with what stands around them.
#include <nanobind/stl/string.h>

#include <cmath>
#include <map>
#include <memory>

#include "base/nearest.h"
#include "python/src/answers.h"
#include "python/src/callbacks.h"
#include "python/src/errors.h"
#include "python/src/handles.h"
#include "python/src/models.h"
#include "python/src/values.h"
#include "rag/query/neighbours.h"
#include "rag/rerank/make_hit_reranker.h"

namespace nb = nanobind;

namespace vecstore::python {
namespace {

// function(question, texts, count) gives (index, score) of the best; what it gives is checked.
class PythonReranker final : public Reranker {
 public:
  PythonReranker(std::string name, nb::handle function, std::shared_ptr<Raised> raised)
      : name_(std::move(name)), function_(shared_object(function)), raised_(std::move(raised)) {}

  const std::string& name() const override { return name_; }

  Result<std::vector<RankedText>> rerank(std::string_view query, std::span<const std::string> texts,
                                         std::size_t count) const override {
    const nb::gil_scoped_acquire locked;
    try {
      nb::list list;
      for (const std::string& text : texts) list.append(from_text(text));
      std::vector<RankedText> ranked;
      for (const nb::handle one : (*function_)(from_text(query), list, count))
        ranked.push_back({nb::cast<std::size_t>(one[0]), nb::cast<double>(one[1])});
      return ranked;
    } catch (nb::python_error& error) {
      return raised_->keep(error, "the reranker '" + name_ + "'");
    } catch (const nb::cast_error&) {
      return invalid_argument("the reranker '" + name_ +
                              "' gave something else than (index, score) of texts");
    }
  }

 private:
  std::string name_;
  std::shared_ptr<nb::object> function_;
  std::shared_ptr<Raised> raised_;
};

ScoreFunction to_function(const std::string& name, nb::handle given,
                          const std::shared_ptr<Raised>& raised) {
  return [name, function = shared_object(given), raised](std::string_view question, const Hit& hit,
                                                         std::size_t rank) -> Result<double> {
    const nb::gil_scoped_acquire locked;
    try {
      const nb::object score = (*function)(from_text(question), from_hit(hit), rank);
      const double number = PyFloat_AsDouble(score.ptr());
      if (!PyErr_Occurred()) return number;
      PyErr_Clear();
      return invalid_argument("function '" + name + "' gave " + type_in_words(score) +
                              ": a number is expected");
    } catch (nb::python_error& error) {
      return raised->keep(error, "function '" + name + "'");
    }
  };
}

// What steps are made of, out of (models by name, a function that gives an embedder, functions by
// name). Nothing here may outlive the call that has them.
struct StepSources {
  std::shared_ptr<Raised> raised = std::make_shared<Raised>();
  std::map<std::string, std::shared_ptr<const Reranker>> models = {};
  std::shared_ptr<const PythonEmbedder> embedder = {};
  RerankSources sources = {};
  bool asked_model = false;
};

Result<std::shared_ptr<const Reranker>> model_named(StepSources& of, const std::string& name) {
  of.asked_model = true;
  const auto found = of.models.find(name);
  if (found != of.models.end()) return found->second;
  std::vector<std::string_view> known;
  for (const auto& [one, model] : of.models)
    if (!one.empty()) known.push_back(one);
  if (known.empty()) return failed_precondition("there is no model to rerank with");
  return invalid_argument("there is no model '" + name + "' among those given, " +
                          nearest_or_known(name, known));
}

void fill(StepSources& to, const nb::tuple& given, const CancelToken& cancel) {
  for (const auto& [name, function] : nb::cast<nb::dict>(given[0]))
    to.models[to_text(name, "the name of a model")] = std::make_shared<PythonReranker>(
        to_text(function[0], "the name of a model"), function[1], to.raised);
  to.sources.model = [&to](const std::string& name) { return model_named(to, name); };
  const auto embedder = shared_object(given[1]);
  using Made = std::shared_ptr<const Embedder>;
  to.sources.embedder = [&to, embedder, cancel]() -> Result<Made> {
    const Loaded model = to_loaded((*embedder)());
    to.embedder = model.python;
    return Made(std::make_shared<const StoppableEmbedder>(model.embedder, cancel));
  };
  for (const auto& [key, function] : nb::cast<nb::dict>(given[2])) {
    const std::string name = to_text(key, "the name of a function");
    to.sources.functions[name] = to_function(name, function, to.raised);
  }
}

// (names of the steps, whether they read vectors, whether they ask a model)
nb::tuple rerank_steps(const std::string& steps, const nb::tuple& given) {
  StepSources sources;
  fill(sources, given, {});
  const auto pipeline = take(make_rerank_pipeline(steps, sources.sources));
  nb::list names;
  for (const RerankStage& stage : pipeline->stages()) names.append(from_text(stage.step->name()));
  return nb::make_tuple(names, pipeline->reads_vectors(), sources.asked_model);
}

// The first `candidates` of an Answer, or of hits of Python's.
Hits to_hits(nb::handle given, std::size_t candidates) {
  Hits hits;
  if (!nb::isinstance<Answer>(given)) {
    for (const nb::handle one : given)
      if (hits.size() < candidates) hits.hits.push_back(to_hit(one));
    return hits;
  }
  hits = *nb::cast<Answer&>(given).hits;
  if (hits.size() > candidates) hits.hits.resize(candidates);
  return hits;
}

// What every step gave; the last one's is the answer.
nb::list rerank(const std::string& steps, const nb::tuple& given, const std::string& question,
                nb::handle hits, std::size_t candidates, std::size_t k, nb::handle cancel) {
  CancelToken token = token_of(cancel);
  auto sources = std::make_shared<StepSources>();
  fill(*sources, given, token);
  const auto pipeline = take(make_rerank_pipeline(steps, sources->sources));
  auto found = std::make_shared<Hits>(to_hits(hits, candidates));
  auto after = std::make_shared<std::vector<Hits>>();
  auto work = [pipeline, sources, found, after, question, k, token]() -> Status {
    return pipeline
        ->rerank(question, std::move(*found), k,
                 [&](std::size_t, const Hits& ranked) { after->push_back(ranked); })
        .status();
  };
  const Status status = watched(std::move(work), &token);
  sources->raised->rethrow();
  if (sources->embedder != nullptr) sources->embedder->rethrow_and_forget();
  if (!status.ok()) raise(status.with_context("reranking"));
  if (token.cancelled()) raise(Status(Code::kCancelled, "called off while hits were ranked anew"));
  nb::list list;
  for (Hits& ranked : *after) {
    if (pipeline->reads_vectors())
      for (Hit& hit : ranked.hits) hit.vector.reset();
    list.append(nb::cast(Answer(std::move(ranked))));
  }
  return list;
}

Answer with_surroundings(const CollectionHandle& of, nb::handle given, std::size_t window,
                         const std::string& parent, std::size_t max_bytes, nb::handle cancel) {
  CancelToken token = token_of(cancel);
  const NeighbourOptions options{.window = window,
                                 .parent = take(parse_parent(parent)),
                                 .max_bytes = max_bytes,
                                 .cancel = token};
  auto hits = std::make_shared<Hits>(to_hits(given, SIZE_MAX));
  auto work = [collection = of.shared(), hits, options] {
    return with_neighbours(*collection, std::move(*hits), options);
  };
  return Answer(take(watched(std::move(work), &token)));
}

}  // namespace

void bind_rerank(nb::module_& module, CollectionClass& collection) {
  module.def("rerank_steps", rerank_steps, nb::arg("steps"), nb::arg("sources"));
  module.def("rerank_hits", rerank, nb::arg("steps"), nb::arg("sources"), nb::arg("question"),
             nb::arg("hits"), nb::arg("candidates"), nb::arg("k"), nb::arg("cancel").none());
  collection.def("with_neighbours", with_surroundings, nb::arg("hits"), nb::arg("window"),
                 nb::arg("parent"), nb::arg("max_bytes"), nb::arg("cancel").none());
  module.attr("MAX_WINDOW") = kMaxWindow;
}

}  // namespace vecstore::python
