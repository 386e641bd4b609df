#include "cli/check_pipeline.h"

#include <filesystem>

#include "cli/answering_settings.h"
#include "cli/embedding_settings.h"
#include "cli/ingest_settings.h"
#include "cli/retrieval_flags.h"
#include "cli/retrieval_settings.h"
#include "rag/answer/prompt_template.h"
#include "rag/rerank/rerank_steps.h"
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

Words reranking(const Session& session) {
  const Settings& settings = session.settings;
  if (!*settings.value("retrieval.rerank").as_bool()) return std::string("with --rerank alone");
  std::string steps;
  for (const std::string& step : settings.texts("reranking.steps"))
    steps += (steps.empty() ? "" : " | ") + step;
  VECSTORE_TRY(parse_rerank_steps(steps).status());
  if (steps.find("model") == steps.npos) return steps;
  if (!settings.text("reranking.provider").empty()) {
    VECSTORE_ASSIGN(const RemoteOptions options, session.remote_reranking());
    return options.model + " of " + options.provider;
  }
  const std::string& name = settings.text("reranking.model");
  if (name.empty()) return failed_precondition("retrieval.rerank needs reranking.model");
  VECSTORE_ASSIGN(const std::string folder, model_folder(settings, name));
  VECSTORE_TRY(asks_for_onnxruntime(settings, "reranking.runtime").status());
  return folder;
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
