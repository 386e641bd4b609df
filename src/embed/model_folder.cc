#include "embed/model_folder.h"

#include "embed/model_bytes.h"
#include "embed/tokenizer/tokenizer_json.h"

namespace vecstore {

namespace fs = std::filesystem;

std::string model_name(const fs::path& folder) {
  const fs::path normal = folder.lexically_normal();
  return (normal.has_filename() ? normal : normal.parent_path()).filename().string();
}

Result<std::string> read_model_text(const fs::path& path) {
  VECSTORE_ASSIGN(const Bytes bytes, read_model_file(path.string()));
  return std::string(as_text(bytes));
}

Result<std::optional<std::string>> read_model_text_if_there(const fs::path& path) {
  auto text = read_model_text(path);
  if (text.status().code() == Code::kNotFound) return std::optional<std::string>();
  if (!text.ok()) return text.status();
  return std::optional(*std::move(text));
}

Result<SentenceConfig> read_sentence_config(const fs::path& folder) {
  SentenceFiles files;
  VECSTORE_ASSIGN(files.modules, read_model_text_if_there(folder / "modules.json"));
  VECSTORE_ASSIGN(files.pooling, read_model_text_if_there(folder / "1_Pooling" / "config.json"));
  VECSTORE_ASSIGN(files.lengths, read_model_text_if_there(folder / "sentence_bert_config.json"));
  VECSTORE_ASSIGN(files.prompts,
                  read_model_text_if_there(folder / "config_sentence_transformers.json"));
  return parse_sentence_config(files);
}

Result<ModelTokenizer> read_tokenizer(const fs::path& folder) {
  VECSTORE_ASSIGN(const std::string json, read_model_text(folder / "tokenizer.json"));
  auto tokenizer = parse_tokenizer_json(json);
  return tokenizer.ok() ? std::move(tokenizer) : tokenizer.status().with_context("tokenizer.json");
}

}  // namespace vecstore
