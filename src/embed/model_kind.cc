#include "embed/model_kind.h"

#include <filesystem>

#include "embed/heads/head_config.h"
#include "embed/model_folder.h"

namespace vecstore {
namespace {

namespace fs = std::filesystem;

struct KindFacts {
  std::string_view name, what, loader;
};

const KindFacts& facts_of(ModelKind kind) {
  static constexpr KindFacts kFacts[] = {
      {"static", "a table with a vector for each token", "load_embedder()"},
      {"transformer", "an embedder with a vector for each text", "load_embedder()"},
      {"reranker", "a cross-encoder, which scores passages for a question", "load_reranker()"},
      {"tokens", "a ColBERT, with a vector for each token", "load_token_embedder()"},
      {"sparse", "a masked language model, with weights for its vocabulary as SPLADE has them",
       "load_sparse_embedder()"},
  };
  return kFacts[static_cast<std::size_t>(kind)];
}

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

}  // namespace

std::string_view model_kind_name(ModelKind kind) { return facts_of(kind).name; }

Result<ModelKind> model_kind(const std::string& folder) {
  const fs::path path(folder);
  VECSTORE_ASSIGN(const auto config, read_text_if_there(path / "config.json"));
  if (!config) return ModelKind::kStatic;
  KindFiles files{.config = *config};
  VECSTORE_ASSIGN(files.modules, read_text_if_there(path / "modules.json"));
  files.pooling = is_there(path / "1_Pooling" / "config.json");
  files.colbert = is_there(path / "artifact.metadata");
  return parse_model_kind(files);
}

Status check_kind(ModelKind kind, ModelKind wanted) {
  if (kind == wanted) return {};
  const KindFacts& facts = facts_of(kind);
  return invalid_argument("this model is " + std::string(facts.what) + ": " +
                          std::string(facts.loader) + " takes it");
}

}  // namespace vecstore
