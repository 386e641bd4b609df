// The files of a model of sentences in their folder, as sentence-transformers lays them out.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "embed/pooling/sentence_config.h"
#include "embed/tokenizer/model_tokenizer.h"

namespace vecstore {

// What a model is called: the folder's last name ("models/mine/" is named "mine").
std::string model_name(const std::filesystem::path& folder);

// Of at most 4 GB. kNotFound when it is not there; the second is nothing then.
Result<std::string> read_model_text(const std::filesystem::path& path);
Result<std::optional<std::string>> read_model_text_if_there(const std::filesystem::path& path);

// modules.json, 1_Pooling/config.json, sentence_bert_config.json and
// config_sentence_transformers.json, of those that are there.
Result<SentenceConfig> read_sentence_config(const std::filesystem::path& folder);

// tokenizer.json, which must be there.
Result<ModelTokenizer> read_tokenizer(const std::filesystem::path& folder);

}  // namespace vecstore
