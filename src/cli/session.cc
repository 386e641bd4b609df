#include "cli/session.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "cli/answering_settings.h"
#include "cli/embedding_settings.h"
#include "cli/interrupt.h"
#include "embed/heads/late_interaction.h"
#include "embed/load_embedder.h"
#include "embed/model_files.h"
#include "embed/onnxruntime/onnx_reranker.h"
#include "embed/remote/model_facts.h"
#include "embed/remote/remote_embedder.h"
#include "embed/remote/remote_reranker.h"
#include "rag/answer/remote_chat.h"
#include "rag/ingest/embedding_model.h"

namespace vecstore {
namespace {

namespace fs = std::filesystem;

const char* environment(const char* name) { return std::getenv(name); }

std::string home_folder() {
  const char* home = std::getenv("HOME");
  return home ? home : "";
}

// A model that runs here, and ends with Ctrl-C.
template <class Model>
class StoppableReranker final : public Reranker {
 public:
  StoppableReranker(std::shared_ptr<const Model> model, CancelToken cancel)
      : model_(std::move(model)), cancel_(std::move(cancel)) {}

  const std::string& name() const override { return model_->name(); }
  Result<std::vector<RankedText>> rerank(std::string_view query, std::span<const std::string> texts,
                                         std::size_t count) const override {
    return model_->rerank(query, texts, count, cancel_);
  }

 private:
  std::shared_ptr<const Model> model_;
  CancelToken cancel_;
};

template <class Model>
std::shared_ptr<const Reranker> stoppable(std::shared_ptr<const Model> model) {
  return std::make_shared<StoppableReranker<Model>>(std::move(model), watch_interrupts());
}

// What `folder` holds is of another kind than a command can use: which one can. `status`, where
// that is not what is wrong.
Status other_kind(const std::string& folder, const Status& status, bool ranks) {
  const auto kind = model_kind(folder);
  if (!kind.ok() || status.code() != Code::kInvalidArgument) return status;
  if (status.message().find(" takes it") == std::string::npos) return status;
  const std::string named = "'" + folder + "' ";
  if (ranks)
    return invalid_argument(named + "ranks no texts: a reranker is a cross-encoder or a ColBERT");
  if (*kind == ModelKind::kReranker)
    return invalid_argument(named + "makes scores, not vectors: --rerank-model takes it");
  const std::string vectors = *kind == ModelKind::kTokens ? "multi" : "sparse";
  return invalid_argument(named +
                          "gives a text no dense vector: 'vecstore embed -o jsonl' makes its "
                          "vectors for 'import' into a collection of 'init --kind " +
                          vectors + "'");
}

Result<std::shared_ptr<const Reranker>> load_ranking_model(const Settings& settings,
                                                           const std::string& name) {
  if (name.empty()) {
    return failed_precondition(
        "there is nothing to rerank with: set reranking.model (--rerank-model) to the folder or "
        "the name of a cross-encoder or a ColBERT, or reranking.provider to cohere, voyage or jina "
        "and it to a model of theirs");
  }
  VECSTORE_ASSIGN(const std::string folder, model_folder(settings, name));
  VECSTORE_ASSIGN(const bool by_onnxruntime, asks_for_onnxruntime(settings, "reranking.runtime"));
  if (by_onnxruntime) {
    VECSTORE_ASSIGN(const OnnxOptions options, onnx_reranking_options(settings));
    VECSTORE_ASSIGN(auto model, load_onnx_reranker(folder, options));
    return stoppable(std::move(model));
  }
  VECSTORE_ASSIGN(const HeadOptions options, head_options(settings));
  VECSTORE_ASSIGN(const ModelKind kind, model_kind(folder));
  if (kind == ModelKind::kTokens) {
    VECSTORE_ASSIGN(auto tokens, load_token_embedder(folder, options));
    VECSTORE_ASSIGN(auto model, LateInteraction::make(std::move(tokens)));
    return stoppable(std::move(model));
  }
  auto model = load_reranker(folder, options);
  if (!model.ok()) return other_kind(folder, model.status(), true);
  return stoppable(*std::move(model));
}

}  // namespace

Result<Session> Session::start(const GlobalOptions& global) {
  Session session;
  session.global = global;
  SettingsSources sources;
  std::error_code ignored;
  sources.config_file = global.config;
  sources.folder = fs::current_path(ignored).string();
  sources.home = home_folder();
  sources.collection = global.collection;
  sources.environment = environment;
  VECSTORE_ASSIGN(session.settings, Settings::load(sources));
  if (global.snapshot && global.snapshot->empty())
    return invalid_argument("--snapshot is empty: it is the name of a snapshot");
  if (global.db) session.settings.set_by_flag("database.path", *global.db, "--db");
  if (global.output) session.settings.set_by_flag("output.format", *global.output, "--output");
  VECSTORE_ASSIGN(const OutputFormat format,
                  parse_output_format(session.settings.text("output.format")));
  session.out = Output(format, global.quiet);
  return session;
}

std::function<void(LogLevel, std::string_view)> Session::engine_log() const {
  return [out = out, log = log_](LogLevel level, std::string_view message) {
    log->add(out, level, message);
  };
}

Status check_outside(const std::string& place, const std::string& database) {
  std::error_code unknown;
  const fs::path inner = fs::weakly_canonical(place, unknown);
  const fs::path outer = fs::weakly_canonical(database, unknown);
  const auto [end, rest] = std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end());
  if (unknown || end != outer.end()) return {};
  return invalid_argument("'" + place + "' lies in the database '" + database + "'");
}

Result<Database> Session::open_to_read() const {
  VECSTORE_TRY(check_folder(database_path()));
  VECSTORE_ASSIGN(DatabaseOptions options, settings.database_options());
  options.create = false;
  options.read_only = true;
  options.log = engine_log();
  if (global.snapshot) return Database::open_snapshot(database_path(), *global.snapshot, options);
  return Database::open(database_path(), options);
}

Status Session::refuse_snapshot() const {
  if (!global.snapshot) return {};
  return invalid_argument("--snapshot is for commands that read");
}

Result<Database> Session::open_to_write(bool create) const {
  VECSTORE_TRY(refuse_snapshot());
  VECSTORE_ASSIGN(DatabaseOptions options, settings.database_options());
  options.create = create;
  options.log = engine_log();
  VECSTORE_TRY(check_folder(database_path()));
  Result<Database> opened = Database::open(database_path(), options);
  // What is to be made and cannot be is no missing database.
  const bool impossible = create && !opened.ok() && opened.status().code() == Code::kNotFound;
  return impossible ? failed_precondition(opened.status().message()) : std::move(opened);
}

Result<RemoteOptions> Session::remote_embedding() const {
  return remote_options(settings, environment);
}

Result<RemoteOptions> Session::remote_reranking(const std::string& model) const {
  return reranking_options(settings, environment, model);
}

Result<RemoteOptions> Session::remote_answering() const {
  return answering_options(settings, environment);
}

// 0 where nobody remembers it. What is wrong with the database is told by who needs it.
std::size_t Session::remembered_dimension(const std::string& model,
                                          const Collection* made_for) const {
  if (made_for) return embedded_dimension(*made_for, model);
  std::error_code ignored;
  if (!fs::exists(database_path(), ignored)) return 0;
  const Result<OpenCollection> open = read_collection(*this);
  return open.ok() ? embedded_dimension(open->collection, model) : 0;
}

Result<std::shared_ptr<const Embedder>> Session::remote_embedder(const Collection* made_for) {
  VECSTORE_ASSIGN(RemoteOptions options, remote_embedding());
  if (options.dimensions == 0 && options.known_dimension == 0 &&
      !model_facts(options.provider, options.model)) {
    options.known_dimension = remembered_dimension(remote_name(options), made_for);
  }
  options.cancel = watch_interrupts();
  VECSTORE_ASSIGN(std::shared_ptr<const Embedder> remote, RemoteEmbedder::make(std::move(options)));
  return remote;
}

Result<std::shared_ptr<const Embedder>> Session::load_embedder(const Collection* made_for) {
  if (!settings.text("embedding.provider").empty()) return remote_embedder(made_for);
  VECSTORE_ASSIGN(const std::string folder, model_folder(settings));
  VECSTORE_ASSIGN(const bool by_onnxruntime, asks_for_onnxruntime(settings, "embedding.runtime"));
  if (by_onnxruntime) {
    VECSTORE_ASSIGN(const OnnxOptions options, onnx_options(settings));
    VECSTORE_ASSIGN(std::shared_ptr<const Embedder> model, load_onnx_embedder(folder, options));
    return model;
  }
  VECSTORE_ASSIGN(const TransformerOptions options, transformer_options(settings));
  const fs::path path(folder);
  std::error_code ignored;
  model_is_cheap_ = !fs::exists(path / "config.json", ignored);
  if (path.filename() == kBuiltinModel) return load_builtin_embedder(path.parent_path().string());
  auto model = vecstore::load_embedder(folder, options);
  return model.ok() ? std::move(model) : other_kind(folder, model.status(), false);
}

Result<std::shared_ptr<const ChatModel>> Session::chat_model() const {
  VECSTORE_ASSIGN(RemoteOptions options, remote_answering());
  options.cancel = watch_interrupts();
  VECSTORE_ASSIGN(auto model, RemoteChat::make(std::move(options)));
  return std::shared_ptr<const ChatModel>(std::move(model));
}

Result<std::shared_ptr<const Reranker>> Session::reranker(const std::string& name) {
  const std::string& wanted = name.empty() ? settings.text("reranking.model") : name;
  std::shared_ptr<const Reranker>& known = rerankers_[wanted];
  if (known) return known;
  if (settings.text("reranking.provider").empty()) {
    VECSTORE_ASSIGN(known, load_ranking_model(settings, wanted));
    return known;
  }
  VECSTORE_ASSIGN(RemoteOptions options, remote_reranking(name));
  options.cancel = watch_interrupts();
  VECSTORE_ASSIGN(known, RemoteReranker::make(std::move(options)));
  return known;
}

Result<std::shared_ptr<const Embedder>> Session::embedder(const Collection* made_for) {
  if (embedder_) return embedder_;
  auto loaded = load_embedder(made_for);
  if (!loaded.ok()) return loaded.status().with_context("embedding model");
  embedder_ = *loaded;
  return embedder_;
}

Result<std::shared_ptr<const CachedEmbedder>> Session::embedding_cache(Database& database) {
  VECSTORE_ASSIGN(const std::shared_ptr<const Embedder> model, embedder());
  const std::string& cache = settings.text("embedding.cache");
  if (cache != "auto" && cache != "on" && cache != "off") {
    return invalid_argument("embedding.cache must be auto, on or off, it is '" + cache + "'");
  }
  if (cache == "off" || (cache == "auto" && model_is_cheap_)) {
    return std::shared_ptr<const CachedEmbedder>();
  }
  EmbeddingCacheOptions options;
  VECSTORE_ASSIGN(options.max_entries,
                  count_argument("embedding.cache_entries",
                                 settings.integer("embedding.cache_entries"), 0, SIZE_MAX));
  return CachedEmbedder::open(database, model, options);
}

Status check_folder(const std::string& path) {
  std::error_code ignored;
  const fs::file_status status = fs::status(path, ignored);
  if (!fs::exists(status) || fs::is_directory(status) || fs::is_regular_file(status)) return {};
  return failed_precondition("'" + path + "' is no folder, so it is no database");
}

Result<OpenCollection> read_collection(const Session& session) {
  VECSTORE_ASSIGN(Database database, session.open_to_read());
  VECSTORE_ASSIGN(Collection collection, database.collection(session.collection_name()));
  return OpenCollection{std::move(database), std::move(collection)};
}

Result<OpenCollection> write_collection(const Session& session) {
  VECSTORE_ASSIGN(Database database, session.open_to_write());
  VECSTORE_ASSIGN(Collection collection, database.collection(session.collection_name()));
  return OpenCollection{std::move(database), std::move(collection)};
}

Result<std::size_t> count_argument(const char* name, std::optional<std::int64_t> given,
                                   std::size_t otherwise, std::size_t most, std::int64_t least) {
  if (!given) return otherwise;
  if (*given >= least && static_cast<std::uint64_t>(*given) <= most) {
    return static_cast<std::size_t>(*given);
  }
  return invalid_argument(std::string(name) + " must be from " + std::to_string(least) + " to " +
                          std::to_string(most) + ", it is " + std::to_string(*given));
}

Result<Filter> filter_argument(const std::optional<std::string>& text) {
  if (!text) return Filter();
  if (text->find_first_not_of(" \t\r\n") == text->npos) {
    return invalid_argument("--filter is empty: TRUE is what every record passes");
  }
  Result<Filter> filter = Filter::parse(*text);
  if (!filter.ok()) return filter.status().with_context("--filter");
  return filter;
}

Status file_content_error(const Status& status) {
  return status.code() == Code::kInvalidArgument ? Status(Code::kUnknown, status.message())
                                                 : status;
}

}  // namespace vecstore
