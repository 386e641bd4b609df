// The files of a transformer in its folder.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "embed/pooling/sentence_config.h"
#include "embed/tokenizer/model_tokenizer.h"
#include "embed/transformer/config.h"
#include "embed/weights/weights.h"

namespace vecstore {

// The folder without a slash at its end, so that its last name is the model's.
std::filesystem::path model_path(const std::string& folder);

Result<std::string> read_model_text(const std::filesystem::path& path);
// Nothing when there is no such file.
Result<std::optional<std::string>> read_text_if_there(const std::filesystem::path& path);

// modules.json, 1_Pooling/config.json, sentence_bert_config.json and
// config_sentence_transformers.json, of those that are there.
Result<SentenceConfig> read_sentence_config(const std::filesystem::path& folder);

// tokenizer.json, which must be there.
Result<ModelTokenizer> read_tokenizer(const std::filesystem::path& folder);

struct TransformerFiles {
  std::string config_json;
  TransformerConfig config;
  std::string tokenizer_json;
  ModelTokenizer tokenizer;  // all of whose ids are rows of the model's table
  Weights weights;
  std::string checksum;  // of the weights
};
Result<TransformerFiles> read_transformer(const std::filesystem::path& folder);

// model.safetensors, or model.onnx, in `folder`.
Result<Weights> read_weights(const std::filesystem::path& folder, std::string& checksum);

// load(path of `folder`); what fails is told with the folder.
template <class Load>
auto load_from(const std::string& folder, const Load& load) {
  auto loaded = load(model_path(folder));
  if (!loaded.ok()) loaded = loaded.status().with_context(folder);
  return loaded;
}

}  // namespace vecstore
