#include "embed/load_embedder.h"

#include <filesystem>

#include "base/hash.h"
#include "embed/model_bytes.h"
#include "embed/model_files.h"
#include "embed/model_folder.h"

namespace vecstore {
namespace {

namespace fs = std::filesystem;

// The weights, and their checksum.
Result<Weights> read_weights(const fs::path& folder, std::string& checksum) {
  auto bytes = read_model_file((folder / "model.safetensors").string());
  const bool onnx = bytes.status().code() == Code::kNotFound;
  if (onnx) bytes = read_model_file((folder / "model.onnx").string());
  if (bytes.status().code() == Code::kNotFound) {
    return not_found(folder.string() + " has neither model.safetensors nor model.onnx");
  }
  if (!bytes.ok()) return bytes.status();
  checksum = "xxh3:" + hex_of(hash64(*bytes));
  auto weights =
      onnx ? Weights::from_onnx(*std::move(bytes)) : Weights::from_safetensors(*std::move(bytes));
  return weights.ok() ? std::move(weights)
                      : weights.status().with_context(onnx ? "model.onnx" : "model.safetensors");
}

Result<std::shared_ptr<const TransformerEmbedder>> load(const fs::path& folder,
                                                        const TransformerOptions& options) {
  EmbedderInfo info;
  info.name = model_name(folder);
  VECSTORE_ASSIGN(const std::string config_json, read_model_text(folder / "config.json"));
  VECSTORE_ASSIGN(const TransformerConfig config, parse_transformer_config(config_json));
  VECSTORE_ASSIGN(SentenceConfig sentences, read_sentence_config(folder));
  VECSTORE_ASSIGN(ModelTokenizer tokenizer, read_tokenizer(folder));
  VECSTORE_ASSIGN(const Weights weights, read_weights(folder, info.checksum));
  VECSTORE_ASSIGN(Encoder encoder, Encoder::make(config, weights, options.precision));
  VECSTORE_ASSIGN(
      SentenceEncoder sentence_encoder,
      SentenceEncoder::make(std::move(encoder), {sentences.pooling, options.threads,
                                                 options.batch_tokens, options.dimension}));
  return TransformerEmbedder::make(std::move(info), std::move(tokenizer),
                                   std::move(sentence_encoder), std::move(sentences));
}

}  // namespace

Result<std::shared_ptr<const TransformerEmbedder>> load_transformer_embedder(
    const std::string& folder, const TransformerOptions& options) {
  auto loaded = load(folder, options);
  return loaded.ok() ? loaded : loaded.status().with_context(folder);
}

Result<std::shared_ptr<const Embedder>> load_embedder(const std::string& folder,
                                                      const TransformerOptions& options) {
  VECSTORE_ASSIGN(const auto config, read_model_text_if_there(fs::path(folder) / "config.json"));
  if (!config) return load_static_embedder(folder);
  VECSTORE_ASSIGN(auto transformer, load_transformer_embedder(folder, options));
  return std::shared_ptr<const Embedder>(std::move(transformer));
}

}  // namespace vecstore
