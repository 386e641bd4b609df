#include "embed/model_folder.h"

#include "base/hash.h"
#include "embed/model_bytes.h"
#include "embed/tokenizer/tokenizer_json.h"

namespace vecstore {

namespace fs = std::filesystem;

fs::path model_path(const std::string& folder) {
  const fs::path path = fs::path(folder).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

Result<std::optional<std::string>> read_text_if_there(const fs::path& path) {
  const auto bytes = read_model_file(path.string());
  if (bytes.status().code() == Code::kNotFound) return std::optional<std::string>();
  if (!bytes.ok()) return bytes.status();
  return std::optional(std::string(as_text(*bytes)));
}

Result<std::string> read_model_text(const fs::path& path) {
  VECSTORE_ASSIGN(const Bytes bytes, read_model_file(path.string()));
  return std::string(as_text(bytes));
}

Result<SentenceConfig> read_sentence_config(const fs::path& folder) {
  SentenceFiles files;
  VECSTORE_ASSIGN(files.modules, read_text_if_there(folder / "modules.json"));
  VECSTORE_ASSIGN(files.pooling, read_text_if_there(folder / "1_Pooling" / "config.json"));
  VECSTORE_ASSIGN(files.lengths, read_text_if_there(folder / "sentence_bert_config.json"));
  VECSTORE_ASSIGN(files.prompts, read_text_if_there(folder / "config_sentence_transformers.json"));
  return parse_sentence_config(files);
}

Result<ModelTokenizer> read_tokenizer(const fs::path& folder) {
  VECSTORE_ASSIGN(const std::string json, read_model_text(folder / "tokenizer.json"));
  auto tokenizer = parse_tokenizer_json(json);
  return tokenizer.ok() ? std::move(tokenizer) : tokenizer.status().with_context("tokenizer.json");
}

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

Result<TransformerFiles> read_transformer(const fs::path& folder) {
  VECSTORE_ASSIGN(std::string config_json, read_model_text(folder / "config.json"));
  VECSTORE_ASSIGN(const TransformerConfig config, parse_transformer_config(config_json));
  VECSTORE_ASSIGN(std::string tokenizer_json, read_model_text(folder / "tokenizer.json"));
  auto tokenizer = parse_tokenizer_json(tokenizer_json);
  if (!tokenizer.ok()) return tokenizer.status().with_context("tokenizer.json");
  VECSTORE_TRY(check_ids(tokenizer->id_limit(), config));
  std::string checksum;
  VECSTORE_ASSIGN(Weights weights, read_weights(folder, checksum));
  return TransformerFiles{std::move(config_json),    config,
                          std::move(tokenizer_json), *std::move(tokenizer),
                          std::move(weights),        std::move(checksum)};
}

}  // namespace vecstore
