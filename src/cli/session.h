// What every command starts from: the global options, the settings and the output.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "cli/command.h"
#include "cli/engine_log.h"
#include "cli/output.h"
#include "cli/settings.h"
#include "embed/cache/cached_embedder.h"
#include "embed/remote/remote_options.h"
#include "rag/answer/chat_model.h"
#include "vecstore/database.h"
#include "vecstore/embedder.h"
#include "vecstore/reranker.h"

namespace vecstore {

struct LoadedModel;
class RerankPipeline;

class Session {
 public:
  // Reads the configuration.
  static Result<Session> start(const GlobalOptions& global);

  const std::string& database_path() const { return settings.text("database.path"); }
  const std::string& collection_name() const { return global.collection; }

  // As it is now: takes no lock and sees nothing that comes later.
  Result<Database> open_to_read() const;
  // kNotFound when absent, unless `create`.
  Result<Database> open_to_write(bool create = false) const;

  // What works on the database as it is has no use for --snapshot.
  Status refuse_snapshot() const;

  // The model of embedding.model in its folder, or of embedding.provider; loaded on first use. A
  // provider is asked for the dimension of its model only where no collection remembers it:
  // `made_for`, else the one of --collection as the database has it now.
  Result<std::shared_ptr<const Embedder>> embedder(const Collection* made_for = nullptr);
  // What embedding.provider would be asked with.
  Result<RemoteOptions> remote_embedding() const;
  // The same of reranking.provider and answering.provider.
  Result<RemoteOptions> remote_reranking(const std::string& model = {}) const;
  Result<RemoteOptions> remote_answering() const;
  // Who ranks hits anew: reranking.model, which is a provider's where one is set, else a
  // cross-encoder or a ColBERT by its folder or name; made on first use. `name`: another model than
  // that one.
  Result<std::shared_ptr<const Reranker>> reranker(const std::string& name = "");
  // Who writes answers: answering.model of answering.provider.
  Result<std::shared_ptr<const ChatModel>> chat_model() const;
  // A memory of what the model embedded before, kept in the database; none where embedding.cache
  // says so: "auto" is for models that cost more than looking it up.
  Result<std::shared_ptr<const CachedEmbedder>> embedding_cache(Database& database);

  // What the engine reported and `status` of the command does not tell is told now.
  void end(const Status& status) const { log_->end(out, status); }

  GlobalOptions global;
  Settings settings;
  Output out;
  // Of question_vectors.cc, once it was needed: embeds texts for other than dense vectors.
  std::shared_ptr<const LoadedModel> headed_model;
  // Of rerank.cc, once it was needed.
  std::shared_ptr<const RerankPipeline> rerank_pipeline;

 private:
  std::function<void(LogLevel, std::string_view)> engine_log() const;

  std::shared_ptr<EngineLog> log_ = std::make_shared<EngineLog>();
  Result<std::shared_ptr<const Embedder>> load_embedder(const Collection* made_for);
  Result<std::shared_ptr<const Embedder>> remote_embedder(const Collection* made_for);
  std::size_t remembered_dimension(const std::string& model, const Collection* made_for) const;

  std::shared_ptr<const Embedder> embedder_;
  std::map<std::string, std::shared_ptr<const Reranker>> rerankers_;  // by name
  bool model_is_cheap_ = false;
};

// Refuses a place in the database's own folder, whatever links lead there.
Status check_outside(const std::string& place, const std::string& database);

// Says that a path where a database should be or come is neither a folder nor a file, which may be
// a backup.
Status check_folder(const std::string& path);

// Handles of one collection whose database lives as long.
struct OpenCollection {
  Database database;
  Collection collection;
};
Result<OpenCollection> read_collection(const Session& session);
Result<OpenCollection> write_collection(const Session& session);

// An argument that must be within limits: "-k must be from 1 to 10000, it is -3".
Result<std::size_t> count_argument(const char* name, std::optional<std::int64_t> given,
                                   std::size_t otherwise, std::size_t most, std::int64_t least = 1);
// Parsed, so that a wrong one is told before anything is opened; none when not given.
Result<Filter> filter_argument(const std::optional<std::string>& text);

// The content of a file is wrong, not the command line.
Status file_content_error(const Status& status);

}  // namespace vecstore
