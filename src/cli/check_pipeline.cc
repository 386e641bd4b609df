#include "cli/check_pipeline.h"

#include <filesystem>

#include "cli/answering_settings.h"
#include "cli/embedding_settings.h"
#include "cli/ingest_settings.h"
#include "cli/rerank.h"
#include "cli/retrieval_flags.h"
#include "cli/retrieval_settings.h"
#include "rag/answer/prompt_template.h"
#include "rag/rerank/make_hit_reranker.h"
#include "rag/splitters/make_splitter.h"

namespace vecstore {
namespace {

namespace fs = std::filesystem;

using Words = Result<std::string>;

std::string listed(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
  return all;
}

Words sources(const Session& session) {
  const std::vector<std::string> paths = session.settings.texts("ingest.paths");
  for (const std::string& path : paths) {
    std::error_code error;
    if (!fs::exists(path, error)) return not_found("there is no file or folder '" + path + "'");
  }
  return paths.empty() ? std::string("what ingest is given") : listed(paths);
}

// A splitter that embeds is made when there is a model.
Words splitting(const Session& session) {
  VECSTORE_ASSIGN(const IngestOptions options, ingest_options(session.settings));
  if (options.splitter != "semantic")
    VECSTORE_TRY(make_splitter(options.splitter, options.splitting).status());
  return options.splitter + ", " + std::to_string(options.splitting.chunk_size) + " at most";
}

Words embedding(const Session& session) {
  const Settings& settings = session.settings;
  if (!settings.text("embedding.provider").empty()) {
    VECSTORE_ASSIGN(const RemoteOptions options, session.remote_embedding());
    return options.model + " of " + options.provider;
  }
  VECSTORE_ASSIGN(const std::string folder, model_folder(settings));
  VECSTORE_TRY(transformer_options(settings).status());
  VECSTORE_TRY(asks_for_onnxruntime(settings, "embedding.runtime").status());
  return folder;
}

Words retrieval(const Session& session) {
  VECSTORE_ASSIGN(const Retrieval options, retrieval_options(session.settings));
  VECSTORE_TRY(check_retrieval(session, {.or_settings = true}));
  return std::string(mode_name(options.mode)) + ", " +
         (options.passages ? std::to_string(*options.passages) + " passages"
                           : std::string("5 passages, 8 for a model"));
}

// Stand for models that are not loaded to be checked: steps are made with them, and never taken.
Status not_loaded() { return internal_error("a model was asked that was not loaded"); }

class UnloadedReranker final : public Reranker {
 public:
  const std::string& name() const override { return name_; }
  Result<std::vector<RankedText>> rerank(std::string_view, std::span<const std::string>,
                                         std::size_t) const override {
    return not_loaded();
  }

 private:
  std::string name_ = "not loaded";
};

class UnloadedEmbedder final : public Embedder {
 public:
  const EmbedderInfo& info() const override { return info_; }
  Result<std::vector<float>> embed_batch(std::span<const std::string>) const override {
    return not_loaded();
  }

 private:
  EmbedderInfo info_{"not loaded", 1, "", ""};
};

// Whether the model that a step names can be had; the one that is set, where it names none.
Status check_reranker(const Session& session, const std::string& named) {
  const Settings& settings = session.settings;
  if (!settings.text("reranking.provider").empty()) return session.remote_reranking().status();
  const std::string& name = named.empty() ? settings.text("reranking.model") : named;
  if (name.empty()) return failed_precondition("a step needs reranking.model");
  VECSTORE_TRY(model_folder(settings, name).status());
  return asks_for_onnxruntime(settings, "reranking.runtime").status();
}

Words reranking(const Session& session) {
  if (!*session.settings.value("retrieval.rerank").as_bool())
    return std::string("with --rerank alone");
  RerankSources sources;
  sources.model = [&](const std::string& name) -> Result<std::shared_ptr<const Reranker>> {
    VECSTORE_TRY(check_reranker(session, name));
    return std::shared_ptr<const Reranker>(std::make_shared<UnloadedReranker>());
  };
  sources.embedder = [] {
    return Result<std::shared_ptr<const Embedder>>(std::make_shared<UnloadedEmbedder>());
  };
  const std::string steps = configured_steps(session.settings);
  VECSTORE_TRY(make_rerank_pipeline(steps, sources).status());
  return steps;
}

Words answering(const Session& session) {
  const Settings& settings = session.settings;
  VECSTORE_ASSIGN(const AnswerOptions options, answer_options(settings));
  VECSTORE_ASSIGN(const PromptTemplate prompt, PromptTemplate::parse(options.prompt));
  VECSTORE_TRY(prompt.render({{"question", ""}, {"passages", ""}})
                   .status()
                   .with_context("answering.prompt"));
  VECSTORE_TRY(history_options(settings).status());
  VECSTORE_TRY(answer_cache_options(settings).status());
  if (settings.text("answering.provider").empty()) return std::string("passages alone");
  VECSTORE_ASSIGN(const RemoteOptions remote, session.remote_answering());
  return remote.model + " of " + remote.provider +
         (*settings.value("answering.cache").as_bool() ? ", answers are kept" : "");
}

}  // namespace

std::vector<PipelineStage> check_pipeline(const Session& session) {
  constexpr std::pair<const char*, Words (*)(const Session&)> kStages[] = {
      {"sources", sources},     {"splitting", splitting}, {"embedding", embedding},
      {"retrieval", retrieval}, {"reranking", reranking}, {"answering", answering}};
  std::vector<PipelineStage> stages;
  for (const auto& [name, check] : kStages) {
    const Words words = check(session);
    stages.push_back({name, words.ok() ? *words : "", words.status()});
  }
  return stages;
}

}  // namespace vecstore
