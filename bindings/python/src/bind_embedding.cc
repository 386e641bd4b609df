// Embedding models, the built-in one and Python's own, and ingest.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <memory>

#include "embed/model_files.h"
#include "python/src/errors.h"
#include "python/src/handles.h"
#include "python/src/values.h"
#include "python/src/vectors.h"
#include "rag/ingest/embedding_model.h"
#include "rag/ingest/ingest.h"

namespace nb = nanobind;

namespace vecstore::python {
namespace {

struct Model {
  std::shared_ptr<const Embedder> embedder;
};

// An embedder in Python: its embed(list of str) gives a float32 matrix. What it raises ends the
// call that asked, unchanged.
class PythonEmbedder final : public Embedder {
 public:
  PythonEmbedder(EmbedderInfo info, nb::handle embed)
      : info_(std::move(info)), embed_(shared_object(embed)) {}

  const EmbedderInfo& info() const override { return info_; }

  Result<std::vector<float>> embed_batch(std::span<const std::string> texts) const override {
    const nb::gil_scoped_acquire locked;
    try {
      nb::list list;
      for (const std::string& text : texts) list.append(from_text(text));
      const nb::object matrix = (*embed_)(list);
      const auto view = FloatView::of(matrix, 2);
      const std::size_t found = view ? view->values().size() : 0;
      if (!view || view->size_of(0) != texts.size() || view->size_of(1) != info_.dimension) {
        return invalid_argument("the embedder '" + info_.name + "' gave " + std::to_string(found) +
                                " numbers for " + std::to_string(texts.size()) +
                                " texts of dimension " + std::to_string(info_.dimension));
      }
      return std::vector<float>(view->values().begin(), view->values().end());
    } catch (nb::python_error& error) {
      raised_ = std::make_unique<nb::python_error>(error);
      return cancelled("the embedder raised an exception");
    }
  }

  void rethrow() const {
    if (raised_ != nullptr) throw nb::python_error(*raised_);
  }

 private:
  EmbedderInfo info_;
  std::shared_ptr<nb::object> embed_;
  mutable std::unique_ptr<nb::python_error> raised_;  // written and read under the interpreter lock
};

Model load(const std::string& folder, bool builtin) {
  return {take(unlocked(
      [&] { return builtin ? load_builtin_embedder(folder) : load_static_embedder(folder); }))};
}

nb::object embed(const Model& model, const std::vector<std::string>& texts) {
  std::vector<float> rows = take(unlocked([&] { return model.embedder->embed_batch(texts); }));
  return float_array(std::move(rows), model.embedder->info().dimension);
}

nb::dict describe(const Model& model) {
  const EmbedderInfo& info = model.embedder->info();
  nb::dict dict;
  dict["name"] = from_text(info.name);
  dict["dimension"] = info.dimension;
  dict["pooling"] = from_text(info.pooling);
  dict["checksum"] = from_text(info.checksum);
  return dict;
}

EmbedderInfo to_info(const nb::dict& given) {
  return {nb::cast<std::string>(given["name"]), nb::cast<std::size_t>(given["dimension"]),
          nb::cast<std::string>(given["pooling"]), nb::cast<std::string>(given["checksum"])};
}

// Held while an ingest runs: what Python's part of it raised, to be raised again when it has ended.
struct Callbacks {
  std::shared_ptr<nb::object> progress;
  std::unique_ptr<nb::python_error> raised;
  CancelToken token;

  void report(const IngestProgress& at) {
    const nb::gil_scoped_acquire locked;
    if (raised != nullptr) return;
    try {
      (*progress)(at.files_done, at.files_total, at.bytes_done, at.bytes_total, at.chunks_written,
                  at.seconds, from_text(at.source));
    } catch (nb::python_error& error) {
      raised = std::make_unique<nb::python_error>(error);
      token.cancel();
    }
  }
};

nb::list from_notes(const std::vector<IngestNote>& notes) {
  nb::list list;
  for (const IngestNote& note : notes)
    list.append(nb::make_tuple(from_text(note.source), from_text(note.status.message())));
  return list;
}

nb::dict from_report(const IngestReport& report) {
  nb::dict dict;
  dict["files"] = report.files;
  dict["added"] = report.added;
  dict["changed"] = report.changed;
  dict["unchanged"] = report.unchanged;
  dict["empty"] = report.empty;
  dict["skipped"] = report.skipped;
  dict["failed"] = report.failed;
  dict["removed"] = report.removed;
  dict["chunks_written"] = report.chunks_written;
  dict["chunks_removed"] = report.chunks_removed;
  dict["bytes_read"] = report.bytes_read;
  dict["seconds"] = report.seconds;
  dict["cancelled"] = report.cancelled;
  dict["problems"] = from_notes(report.problems);
  dict["skips"] = from_notes(report.skips);
  dict["remarks"] = from_notes(report.remarks);
  return dict;
}

IngestOptions to_ingest(const nb::dict& given) {
  IngestOptions options;
  options.paths = nb::cast<std::vector<std::string>>(given["paths"]);
  options.include = nb::cast<std::vector<std::string>>(given["include"]);
  options.exclude = nb::cast<std::vector<std::string>>(given["exclude"]);
  options.splitter = nb::cast<std::string>(given["splitter"]);
  options.chunk_size = nb::cast<std::size_t>(given["chunk_size"]);
  options.chunk_overlap = nb::cast<std::size_t>(given["chunk_overlap"]);
  options.batch_size = nb::cast<std::size_t>(given["batch_size"]);
  options.max_file_bytes = nb::cast<std::size_t>(given["max_file_bytes"]);
  options.dry_run = nb::cast<bool>(given["dry_run"]);
  return options;
}

// `embedder` is a Model, or a pair: {name, dimension, pooling, checksum} and a callable.
nb::dict run_ingest(const DatabaseHandle& database, const std::string& collection,
                    nb::handle embedder, const nb::dict& given, nb::handle progress,
                    nb::handle cancel) {
  IngestOptions options = to_ingest(given);
  auto callbacks = std::make_shared<Callbacks>();
  callbacks->progress = shared_object(progress);
  callbacks->token = token_of(cancel);
  options.cancel = callbacks->token;
  if (!progress.is_none())
    options.progress = [callbacks](const IngestProgress& at) { callbacks->report(at); };
  std::shared_ptr<PythonEmbedder> python;
  std::shared_ptr<const Embedder> model;
  if (nb::isinstance<Model>(embedder)) {
    model = nb::cast<Model&>(embedder).embedder;
  } else {
    python =
        std::make_shared<PythonEmbedder>(to_info(nb::cast<nb::dict>(embedder[0])), embedder[1]);
    model = python;
  }
  auto work = [shared = database.shared(), collection, model, &options] {
    return ingest(*shared, collection, *model, options);
  };
  CancelToken token = callbacks->token;
  const Result<IngestReport> report = watched(std::move(work), &token);
  if (python != nullptr) python->rethrow();
  if (callbacks->raised != nullptr) throw nb::python_error(*callbacks->raised);
  return from_report(take(report));
}

}  // namespace

void bind_embedding(nb::module_& module) {
  nb::class_<Model>(module, "Model").def("embed", embed, nb::arg("texts")).def("info", describe);
  module.def("load_model", load, nb::arg("folder"), nb::arg("builtin"));
  module.def("ingest", run_ingest, nb::arg("database"), nb::arg("collection"), nb::arg("embedder"),
             nb::arg("options"), nb::arg("progress").none(), nb::arg("cancel").none());
  module.def(
      "check_model",
      [](const CollectionHandle& collection, const nb::dict& info) {
        check(check_model(*collection, to_info(info)));
      },
      nb::arg("collection"), nb::arg("info"));
  module.attr("BUILTIN_MODEL") = from_text(kBuiltinModel);
  module.attr("EMBEDDING_ATTRIBUTE") = kEmbeddingAttribute;
}

}  // namespace vecstore::python
