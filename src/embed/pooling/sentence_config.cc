#include "embed/pooling/sentence_config.h"

#include "base/json.h"

namespace vecstore {
namespace {

Status check_modules(const std::string& json) {
  VECSTORE_ASSIGN(const Value value, parse_json(json));
  const List* modules = value.as_list();
  if (!modules) return invalid_argument("modules.json is not a list");
  for (const Value& module : *modules) {
    const Object* members = module.as_object();
    const Value* type = members ? members->find("type") : nullptr;
    if (!type || !type->as_string()) {
      return invalid_argument("modules.json has a module without a type");
    }
    const std::string& name = *type->as_string();
    if (name.ends_with(".Transformer") || name.ends_with(".Pooling") ||
        name.ends_with(".Normalize")) {
      continue;
    }
    return unimplemented("modules.json: the module '" + name + "' is not known here");
  }
  return {};
}

Result<std::size_t> parse_max_tokens(const std::string& json) {
  VECSTORE_ASSIGN(const Value value, parse_json(json));
  const Object* members = value.as_object();
  const Value* length = members ? members->find("max_seq_length") : nullptr;
  if (!length || length->is_null()) return std::size_t{0};
  const std::int64_t* number = length->as_int();
  if (!number || *number < 1 || *number > (1 << 20)) {
    return invalid_argument(
        "sentence_bert_config.json: max_seq_length is not a whole number from 1");
  }
  return static_cast<std::size_t>(*number);
}

std::string prompt(const Object& prompts, std::string_view name) {
  const Value* text = prompts.find(name);
  return text && text->as_string() ? *text->as_string() : "";
}

Status read_prompts(const std::string& json, SentenceConfig& config) {
  VECSTORE_ASSIGN(const Value value, parse_json(json));
  const Object* members = value.as_object();
  const Value* found = members ? members->find("prompts") : nullptr;
  const Object* prompts = found ? found->as_object() : nullptr;
  if (!prompts) return {};
  config.query_prefix = prompt(*prompts, "query");
  config.document_prefix = prompt(*prompts, "document");
  if (config.document_prefix.empty()) config.document_prefix = prompt(*prompts, "passage");
  return {};
}

}  // namespace

Result<SentenceConfig> parse_sentence_config(const SentenceFiles& files) {
  SentenceConfig config;
  if (files.modules) VECSTORE_TRY(check_modules(*files.modules));
  if (files.pooling) {
    VECSTORE_ASSIGN(config.pooling, parse_pooling_config(*files.pooling));
  }
  if (files.lengths) {
    VECSTORE_ASSIGN(config.max_tokens, parse_max_tokens(*files.lengths));
  }
  if (files.prompts) VECSTORE_TRY(read_prompts(*files.prompts, config));
  return config;
}

}  // namespace vecstore
