// Ingest, and which model a collection is of.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <memory>

#include "python/src/callbacks.h"
#include "python/src/errors.h"
#include "python/src/handles.h"
#include "python/src/models.h"
#include "python/src/values.h"
#include "rag/ingest/embedding_model.h"
#include "rag/ingest/ingest.h"
#include "rag/splitters/splitter_options.h"
#include "rag/watch/take_changes.h"

namespace nb = nanobind;

namespace vecstore::python {
namespace {

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
  options.gitignore = nb::cast<bool>(given["gitignore"]);
  options.late_chunking = nb::cast<bool>(given["late_chunking"]);
  options.splitter = nb::cast<std::string>(given["splitter"]);
  options.splitting.chunk_size = nb::cast<std::size_t>(given["chunk_size"]);
  options.splitting.chunk_overlap = nb::cast<std::size_t>(given["chunk_overlap"]);
  const Metadata splitting = to_metadata(given["split_options"], {.key = "split_options"});
  for (const auto& [name, value] : splitting)
    check(set_splitter_option(options.splitting, name, value));
  options.batch_size = nb::cast<std::size_t>(given["batch_size"]);
  options.max_file_bytes = nb::cast<std::size_t>(given["max_file_bytes"]);
  options.limits.unpacked_bytes = nb::cast<std::uint64_t>(given["max_unpacked_bytes"]);
  options.limits.members = nb::cast<std::size_t>(given["max_members"]);
  options.limits.depth = nb::cast<std::size_t>(given["max_depth"]);
  options.password = nb::cast<std::string>(given["password"]);
  options.dry_run = nb::cast<bool>(given["dry_run"]);
  return options;
}

// `embedder` is as to_loaded() takes it.
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
  const Loaded model = to_loaded(embedder);
  auto work = [shared = database.shared(), collection, embedder = model.embedder, &options] {
    return ingest(*shared, collection, *embedder, options);
  };
  CancelToken token = callbacks->token;
  const Result<IngestReport> report = watched(std::move(work), &token);
  if (model.python != nullptr) model.python->rethrow_and_forget();  // errors of files are no error
  if (callbacks->raised != nullptr) throw nb::python_error(*callbacks->raised);
  return from_report(take(report));
}

// What a watch tells Python of; what that raises ends it.
struct Listening {
  std::shared_ptr<nb::object> on_report, on_problem;
  std::shared_ptr<Raised> raised = std::make_shared<Raised>();

  Status tell(const nb::object& to, const std::function<nb::object()>& what) const {
    const nb::gil_scoped_acquire locked;
    try {
      to(what());
    } catch (nb::python_error& error) {
      return raised->keep(error, "who is told of a watch");
    }
    return {};
  }
};

bool is_news(const IngestReport& report) {
  return report.added + report.changed + report.removed + report.empty + report.failed > 0;
}

// One round of a watch: a look at all, or at what changed. The first one is told whatever is in it.
Status take_round(Database& database, const std::string& collection, const Embedder& embedder,
                  const IngestOptions& options, bool first, const Listening& listening) {
  const Result<IngestReport> report = ingest(database, collection, embedder, options);
  if (!report.ok()) {
    if (!may_pass(report.status())) return report.status();
    VECSTORE_TRY(
        listening.tell(*listening.on_problem, [&] { return exception_of(report.status()); }));
    return report.status();
  }
  if (report->cancelled && !options.cancel->cancelled())
    return Status(Code::kCancelled, "the embedder ended a watch");  // it has raised
  if (!first && !is_news(*report)) return {};
  return listening.tell(*listening.on_report, [&] { return nb::object(from_report(*report)); });
}

// Returns when the token says so. `given` is as run_ingest() has it; `how`: (looking, milliseconds
// between looks, of quiet, at most, before a retry).
void watch(const DatabaseHandle& database, const std::string& collection, nb::handle embedder,
           const nb::dict& given, const nb::tuple& how, std::vector<std::string> ignored,
           nb::handle on_report, nb::handle on_problem, nb::handle cancel) {
  using std::chrono::milliseconds;
  const auto time = [&](std::size_t i) { return milliseconds(nb::cast<std::int64_t>(how[i])); };
  const WatchMethod method{nb::cast<bool>(how[0]), time(1), std::move(ignored)};
  CancelToken token = token_of(cancel);
  const TakeOptions taking{time(2), time(3), time(4), token};
  auto options = std::make_shared<IngestOptions>(to_ingest(given));
  options->cancel = token;
  const Listening listening{shared_object(on_report), shared_object(on_problem)};
  const Loaded model = to_loaded(embedder);
  auto work = [shared = database.shared(), collection, embedder = model.embedder, options, method,
               taking, listening]() -> Status {
    VECSTORE_ASSIGN(const auto watching, watch_paths(options->paths, method));
    bool first = true;
    return take_changes(*watching, taking, [&](const FolderChanges& changes) {
      options->changed = changes.everything ? std::set<std::string>() : changes.paths;
      const Status status = take_round(*shared, collection, *embedder, *options, first, listening);
      first &= !status.ok();
      return status;
    });
  };
  const Status status = watched(std::move(work), &token);
  listening.raised->rethrow();
  if (!status.ok() && model.python != nullptr) model.python->rethrow_and_forget();
  check(status);
}

}  // namespace

void bind_embedding(nb::module_& module) {
  module.def("ingest", run_ingest, nb::arg("database"), nb::arg("collection"), nb::arg("embedder"),
             nb::arg("options"), nb::arg("progress").none(), nb::arg("cancel").none());
  module.def("watch", watch, nb::arg("database"), nb::arg("collection"), nb::arg("embedder"),
             nb::arg("options"), nb::arg("how"), nb::arg("ignored"), nb::arg("on_report"),
             nb::arg("on_problem"), nb::arg("cancel").none());
  module.def(
      "check_model",
      [](const CollectionHandle& collection, const nb::dict& info) {
        check(check_model(*collection, to_info(info)));
      },
      nb::arg("collection"), nb::arg("info"));
  module.attr("EMBEDDING_ATTRIBUTE") = kEmbeddingAttribute;
}

}  // namespace vecstore::python
