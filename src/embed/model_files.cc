#include "embed/model_files.h"

#include <filesystem>

#include "base/hash.h"
#include "embed/model_bytes.h"
#include "embed/model_folder.h"
#include "embed/static_model.h"
#include "embed/tokenizer/tokenizer_json.h"

namespace vecstore {
namespace {

namespace fs = std::filesystem;

// XXH3 of both files of the built-in model.
constexpr std::uint64_t kBuiltinWeights = 0xad709a9342b32fcc;
constexpr std::uint64_t kBuiltinTokenizer = 0x62f04ab25c0738c4;

struct ModelFiles {
  std::string folder;
  Bytes weights;
  Bytes tokenizer;
  std::uint64_t weights_hash = 0;
};

Result<ModelFiles> read_files(const std::string& folder) {
  ModelFiles files;
  files.folder = folder;
  VECSTORE_ASSIGN(files.weights,
                  read_model_file((fs::path(folder) / "model.safetensors").string()));
  VECSTORE_ASSIGN(files.tokenizer, read_model_file((fs::path(folder) / "tokenizer.json").string()));
  files.weights_hash = hash64(files.weights);
  return files;
}

Result<std::shared_ptr<const Embedder>> make_embedder(std::string name, ModelFiles files) {
  EmbedderInfo info;
  info.name = std::move(name);
  info.checksum = "xxh3:" + hex_of(files.weights_hash);
  auto tokenizer = parse_tokenizer_json(as_text(files.tokenizer));
  if (!tokenizer.ok()) return tokenizer.status().with_context(files.folder + "/tokenizer.json");
  auto weights = SafeTensors::parse(std::move(files.weights));
  if (!weights.ok()) return weights.status().with_context(files.folder + "/model.safetensors");
  auto embedder = StaticEmbedder::make(std::move(info), *std::move(tokenizer), *std::move(weights));
  return embedder.ok() ? embedder : embedder.status().with_context(files.folder);
}

// tools/fetch-model has checked SHA-256, against tampering on the way here. This is for what
// happens to files later: XXH3 costs every load 1 ms (SHA-256 would cost 12, and a library).
Status check_file(const std::string& path, std::uint64_t found, std::uint64_t expected) {
  if (found == expected) return {};
  return data_loss(path + " is damaged: checksum " + hex_of(found) + ", expected " +
                   hex_of(expected) + "; run tools/setup, which fetches the model again");
}

}  // namespace

Result<std::shared_ptr<const Embedder>> load_builtin_embedder(const std::string& models_folder) {
  const fs::path folder = fs::path(models_folder) / kBuiltinModel;
  auto files = read_files(folder.string());
  if (files.status().code() == Code::kNotFound) {
    return not_found("the built-in model " + std::string(kBuiltinModel) +
                     " is not installed: " + files.status().message() +
                     "; run tools/setup, or tools/fetch-model '" + models_folder + "'");
  }
  if (!files.ok()) return files.status();
  VECSTORE_TRY(
      check_file(files->folder + "/model.safetensors", files->weights_hash, kBuiltinWeights));
  VECSTORE_TRY(
      check_file(files->folder + "/tokenizer.json", hash64(files->tokenizer), kBuiltinTokenizer));
  return make_embedder(std::string(kBuiltinModel), *std::move(files));
}

Result<std::shared_ptr<const Embedder>> load_static_embedder(const std::string& folder) {
  VECSTORE_ASSIGN(ModelFiles files, read_files(folder));
  return make_embedder(model_path(folder).filename().string(), std::move(files));
}

}  // namespace vecstore
