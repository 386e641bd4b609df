#include "embed/heads/head_config.h"

#include "base/json.h"

namespace vecstore {
namespace {

constexpr std::size_t kMaxLength = 1 << 20;  // of a text in tokens; what is beyond means no limit

Result<Object> parse_object(std::string_view json, const std::string& file) {
  Result<Value> value = parse_json(json);
  if (!value.ok()) return value.status().with_context(file);
  const Object* object = value->as_object();
  if (!object) return invalid_argument(file + " is not a JSON object");
  return *object;
}

// The text of `key`, or empty.
std::string text_of(const Object& object, std::string_view key) {
  const Value* value = object.find(key);
  return value && value->as_string() ? *value->as_string() : "";
}

// The reference has two labels where neither is written.
std::int64_t labels_of(const Object& config) {
  const Value* names = config.find("id2label");
  if (names && names->as_object()) return static_cast<std::int64_t>(names->as_object()->size());
  const Value* number = config.find("num_labels");
  return number && number->as_int() ? *number->as_int() : 2;
}

// The name of a PyTorch class, by which newer and older files say what to do with the score.
std::string activation_of(const Object& config) {
  const Value* newer = config.find("sentence_transformers");
  const Object* members = newer ? newer->as_object() : nullptr;
  std::string name = members ? text_of(*members, "activation_fn") : "";
  return name.empty() ? text_of(config, "sbert_ce_default_activation_function") : name;
}

// What tokenizers without a limit write: 1e30 as a whole number, which our JSON has none of.
constexpr std::string_view kNoLimit = "1000000000000000019884624838656";

Result<Object> parse_tokenizer_config(std::string json) {
  if (const std::size_t at = json.find(kNoLimit); at != json.npos) {
    json.replace(at, kNoLimit.size(), "null");
  }
  return parse_object(json, "tokenizer_config.json");
}

Result<std::size_t> max_length_of(const std::string& json) {
  VECSTORE_ASSIGN(const Object object, parse_tokenizer_config(json));
  const Value* length = object.find("model_max_length");
  if (!length || length->is_null()) return std::size_t{0};
  if (!length->as_int() || *length->as_int() < 1) {
    return invalid_argument("tokenizer_config.json: model_max_length is not a whole number from 1");
  }
  const auto tokens = static_cast<std::uint64_t>(*length->as_int());
  return tokens > kMaxLength ? std::size_t{0} : static_cast<std::size_t>(tokens);
}

struct Module {
  std::string type, folder;
};

Result<std::vector<Module>> parse_modules(const std::string& json) {
  Result<Value> value = parse_json(json);
  if (!value.ok()) return value.status().with_context("modules.json");
  const List* list = value->as_list();
  if (!list) return invalid_argument("modules.json is not a list");
  std::vector<Module> modules;
  for (const Value& entry : *list) {
    const Object* members = entry.as_object();
    if (!members) return invalid_argument("modules.json has a module that is not an object");
    modules.push_back({text_of(*members, "type"), text_of(*members, "path")});
  }
  return modules;
}

Result<ModelKind> kind_of_modules(const std::string& json) {
  VECSTORE_ASSIGN(const std::vector<Module> modules, parse_modules(json));
  for (const Module& module : modules) {
    if (module.type.starts_with("pylate.")) return ModelKind::kTokens;
    if (module.type.ends_with(".SpladePooling")) return ModelKind::kSparse;
  }
  return ModelKind::kSentences;
}

// A member that may be missing, of the kind that `out` is.
Status read_flag(const Object& object, std::string_view key, bool& out) {
  const Value* value = object.find(key);
  if (!value || value->is_null()) return {};
  if (!value->as_bool()) return invalid_argument("'" + std::string(key) + "' is not true or false");
  out = *value->as_bool();
  return {};
}

Status read_length(const Object& object, std::string_view key, std::size_t& out) {
  const Value* value = object.find(key);
  if (!value || value->is_null()) return {};
  const std::int64_t* number = value->as_int();
  if (!number || *number < 4 || *number > static_cast<std::int64_t>(kMaxLength)) {
    return invalid_argument("'" + std::string(key) + "' is not a whole number from 4 to " +
                            std::to_string(kMaxLength));
  }
  out = static_cast<std::size_t>(*number);
  return {};
}

Status read_text(const Object& object, std::string_view key, std::string& out) {
  const Value* value = object.find(key);
  if (!value || value->is_null()) return {};
  if (!value->as_string()) return invalid_argument("'" + std::string(key) + "' is not a string");
  out = *value->as_string();
  return {};
}

std::vector<std::string> punctuation() {
  std::vector<std::string> pieces;
  for (const char symbol : std::string_view("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")) {
    pieces.emplace_back(1, symbol);
  }
  return pieces;
}

}  // namespace

Result<ModelKind> parse_model_kind(const KindFiles& files) {
  VECSTORE_ASSIGN(const Object config, parse_object(files.config, "config.json"));
  if (files.modules) return kind_of_modules(*files.modules);
  if (files.pooling) return ModelKind::kSentences;
  if (files.colbert) return ModelKind::kTokens;
  const Value* named = config.find("architectures");
  const List* architectures = named ? named->as_list() : nullptr;
  if (!architectures) return ModelKind::kSentences;
  for (const Value& value : *architectures) {
    const std::string* name = value.as_string();
    if (!name) return invalid_argument("config.json: an architecture is no name");
    if (name->ends_with("ForSequenceClassification")) return ModelKind::kReranker;
    if (name->ends_with("ForMaskedLM")) return ModelKind::kSparse;
    if (*name == "HF_ColBERT") return ModelKind::kTokens;
  }
  return ModelKind::kSentences;
}

Result<PairConfig> parse_pair_config(std::string_view config,
                                     const std::optional<std::string>& tokenizer_config) {
  VECSTORE_ASSIGN(const Object object, parse_object(config, "config.json"));
  const std::int64_t labels = labels_of(object);
  if (labels != 1) {
    return invalid_argument("config.json: a model of " + std::to_string(labels) +
                            " labels sorts texts into classes; one that scores pairs has 1");
  }
  PairConfig pairs;
  const std::string activation = activation_of(object);
  pairs.sigmoid = !activation.ends_with(".Identity");
  if (pairs.sigmoid && !activation.empty() && !activation.ends_with(".Sigmoid")) {
    return unimplemented("config.json: the activation '" + activation + "' is not known here");
  }
  if (tokenizer_config) {
    VECSTORE_ASSIGN(pairs.max_tokens, max_length_of(*tokenizer_config));
  }
  return pairs;
}

Result<TokenConfig> parse_colbert_config(const std::optional<std::string>& metadata) {
  TokenConfig config;
  config.query_marker = "[unused0]";
  config.document_marker = "[unused1]";
  config.document_tokens = 220;
  bool skips = true;
  if (metadata) {
    VECSTORE_ASSIGN(const Object object, parse_object(*metadata, "artifact.metadata"));
    const Status read = [&]() -> Status {
      VECSTORE_TRY(read_text(object, "query_token_id", config.query_marker));
      VECSTORE_TRY(read_text(object, "doc_token_id", config.document_marker));
      VECSTORE_TRY(read_length(object, "query_maxlen", config.query_tokens));
      VECSTORE_TRY(read_length(object, "doc_maxlen", config.document_tokens));
      VECSTORE_TRY(read_flag(object, "attend_to_mask_tokens", config.attends));
      return read_flag(object, "mask_punctuation", skips);
    }();
    if (!read.ok()) return read.with_context("artifact.metadata");
  }
  if (skips) config.skipped = punctuation();
  return config;
}

Result<TokenConfig> parse_pylate_config(const std::optional<std::string>& json) {
  constexpr const char* kFile = "config_sentence_transformers.json";
  TokenConfig config;
  config.query_marker = "[Q] ";
  config.document_marker = "[D] ";
  config.skipped = punctuation();
  if (!json) return config;
  VECSTORE_ASSIGN(const Object object, parse_object(*json, kFile));
  const Status read = [&]() -> Status {
    VECSTORE_TRY(read_text(object, "query_prefix", config.query_marker));
    VECSTORE_TRY(read_text(object, "document_prefix", config.document_marker));
    VECSTORE_TRY(read_length(object, "query_length", config.query_tokens));
    VECSTORE_TRY(read_length(object, "document_length", config.document_tokens));
    VECSTORE_TRY(read_flag(object, "attend_to_expansion_tokens", config.attends));
    return read_flag(object, "do_query_expansion", config.expands);
  }();
  if (!read.ok()) return read.with_context(kFile);
  const Value* words = object.find("skiplist_words");
  if (!words || words->is_null()) return config;
  config.skipped.clear();
  if (!words->as_list())
    return invalid_argument(std::string(kFile) + ": 'skiplist_words' is no list");
  for (const Value& word : *words->as_list()) {
    if (!word.as_string())
      return invalid_argument(std::string(kFile) + ": a skipped word is no text");
    config.skipped.push_back(*word.as_string());
  }
  return config;
}

Result<std::vector<std::string>> parse_dense_folders(const std::string& json) {
  VECSTORE_ASSIGN(const std::vector<Module> modules, parse_modules(json));
  std::vector<std::string> folders;
  for (const Module& module : modules) {
    if (module.type.ends_with(".Transformer")) continue;
    if (!module.type.ends_with(".Dense")) {
      return unimplemented("modules.json: the module '" + module.type + "' is not known here");
    }
    if (module.folder.empty() || module.folder.starts_with('.') ||
        module.folder.find('/') != module.folder.npos) {
      return invalid_argument("modules.json: '" + module.folder + "' is no folder of a module");
    }
    folders.push_back(module.folder);
  }
  if (folders.empty()) return invalid_argument("modules.json has no Dense module");
  return folders;
}

Result<bool> parse_dense_config(std::string_view json) {
  VECSTORE_ASSIGN(const Object object, parse_object(json, "the Dense module's config.json"));
  const std::string activation = text_of(object, "activation_function");
  if (!activation.empty() && !activation.ends_with(".Identity")) {
    return unimplemented("the activation '" + activation + "' of a Dense module is not known here");
  }
  bool bias = true, residual = false;
  VECSTORE_TRY(read_flag(object, "bias", bias));
  VECSTORE_TRY(read_flag(object, "use_residual", residual));
  if (residual) return unimplemented("a Dense module with a residual is not known here");
  return bias;
}

Result<SparseConfig> parse_sparse_config(const SparseFiles& files) {
  SparseConfig config;
  if (files.modules) {
    VECSTORE_ASSIGN(const std::vector<Module> modules, parse_modules(*files.modules));
    for (const Module& module : modules) {
      if (module.type.ends_with(".MLMTransformer") || module.type.ends_with(".SpladePooling")) {
        continue;
      }
      return unimplemented("modules.json: the module '" + module.type + "' is not known here");
    }
  }
  if (files.pooling) {
    VECSTORE_ASSIGN(const Object object,
                    parse_object(*files.pooling, "1_SpladePooling/config.json"));
    const std::string strategy = text_of(object, "pooling_strategy");
    const std::string activation = text_of(object, "activation_function");
    config.sum = strategy == "sum";
    config.twice = activation == "log1p_relu";
    if (!config.sum && !strategy.empty() && strategy != "max") {
      return unimplemented("the pooling '" + strategy + "' of SPLADE is not known here");
    }
    if (!config.twice && !activation.empty() && activation != "relu") {
      return unimplemented("the activation '" + activation + "' of SPLADE is not known here");
    }
  }
  if (files.tokenizer) {
    VECSTORE_ASSIGN(config.max_tokens, max_length_of(*files.tokenizer));
  }
  if (files.lengths) {
    VECSTORE_ASSIGN(const Object object, parse_object(*files.lengths, "sentence_bert_config.json"));
    VECSTORE_TRY(read_length(object, "max_seq_length", config.max_tokens));
  }
  return config;
}

Result<std::string> parse_mask_token(const std::optional<std::string>& tokenizer_config) {
  if (!tokenizer_config) return std::string();
  VECSTORE_ASSIGN(const Object object, parse_tokenizer_config(*tokenizer_config));
  const Value* mask = object.find("mask_token");
  const Object* members = mask ? mask->as_object() : nullptr;
  return members ? text_of(*members, "content") : text_of(object, "mask_token");
}

}  // namespace vecstore
