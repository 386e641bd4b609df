#include "embed/transformer/config.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/json.h"

namespace vecstore {
namespace {

// Beyond what any encoder of this kind has; keeps every product of two sizes far from overflow.
constexpr std::size_t kMaxVocabulary = 4'000'000, kMaxHidden = 16'384, kMaxLayers = 256;
constexpr std::size_t kMaxIntermediate = 65'536, kMaxPositions = 1 << 20;

class ConfigReader {
 public:
  explicit ConfigReader(const Object& object) : object_(object) {}

  // The whole number `key`, from 1 to `limit`.
  std::size_t size(std::string_view key, std::size_t limit) {
    const Value* value = object_.find(key);
    const std::int64_t* number = value ? value->as_int() : nullptr;
    if (number && *number >= 1 && static_cast<std::uint64_t>(*number) <= limit) {
      return static_cast<std::size_t>(*number);
    }
    fail(invalid_argument("config.json: '" + std::string(key) +
                          "' is not a whole number from 1 to " + std::to_string(limit)));
    return 1;
  }
  std::size_t size_or(std::string_view key, std::size_t limit, std::size_t otherwise) {
    return object_.find(key) ? size(key, limit) : otherwise;
  }

  std::string text(std::string_view key, std::string_view otherwise) {
    const Value* value = object_.find(key);
    if (!value || value->is_null()) return std::string(otherwise);
    if (value->as_string()) return *value->as_string();
    fail(invalid_argument("config.json: '" + std::string(key) + "' is not a string"));
    return std::string(otherwise);
  }

  double number(std::string_view key, double otherwise) {
    const Value* value = object_.find(key);
    if (!value) return otherwise;
    if (value->as_double()) return *value->as_double();
    if (value->as_int()) return static_cast<double>(*value->as_int());
    fail(invalid_argument("config.json: '" + std::string(key) + "' is not a number"));
    return otherwise;
  }

  // Only what `key` may say; anything else, if it is there, is refused.
  void only(std::string_view key, std::string_view known) {
    const std::string found = text(key, known);
    if (found != known) refuse(key, found);
  }
  void refuse(std::string_view key, std::string_view found) {
    fail(unimplemented("config.json: the " + std::string(key) + " '" + std::string(found) +
                       "' is not known here"));
  }

  void fail(Status status) {
    if (status_.ok()) status_ = std::move(status);
  }
  Status status() const { return status_; }

 private:
  const Object& object_;
  Status status_;
};

struct KnownFamily {
  std::string_view model_type;
  Family family;
};
constexpr std::array kFamilies = {
    KnownFamily{"bert", Family::kBert},         KnownFamily{"distilbert", Family::kDistilBert},
    KnownFamily{"roberta", Family::kRoberta},   KnownFamily{"xlm-roberta", Family::kRoberta},
    KnownFamily{"camembert", Family::kRoberta}, KnownFamily{"mpnet", Family::kMpnet},
};

struct KnownActivation {
  std::string_view name;
  Activation activation;
};
constexpr std::array kActivations = {
    KnownActivation{"gelu", Activation::kGelu},
    KnownActivation{"relu", Activation::kRelu},
    KnownActivation{"gelu_new", Activation::kGeluTanh},
    KnownActivation{"gelu_pytorch_tanh", Activation::kGeluTanh},
    KnownActivation{"gelu_fast", Activation::kGeluTanh},
};

void read_sizes(ConfigReader& reader, TransformerConfig& config) {
  const bool distil = config.family == Family::kDistilBert;
  config.vocabulary = reader.size("vocab_size", kMaxVocabulary);
  config.hidden = reader.size(distil ? "dim" : "hidden_size", kMaxHidden);
  config.layers = reader.size(distil ? "n_layers" : "num_hidden_layers", kMaxLayers);
  config.heads = reader.size(distil ? "n_heads" : "num_attention_heads", kMaxHidden);
  config.intermediate = reader.size(distil ? "hidden_dim" : "intermediate_size", kMaxIntermediate);
  config.positions = reader.size_or("max_position_embeddings", kMaxPositions, 512);
  if (config.heads > 0 && config.hidden % config.heads != 0) {
    reader.fail(invalid_argument("config.json: " + std::to_string(config.heads) +
                                 " heads do not divide " + std::to_string(config.hidden)));
  }
}

// What sets the families apart from BERT.
void read_particulars(ConfigReader& reader, TransformerConfig& config) {
  switch (config.family) {
    case Family::kBert:
      config.types = reader.size_or("type_vocab_size", kMaxHidden, 2);
      break;
    case Family::kDistilBert:
      break;
    case Family::kRoberta:
      config.types = reader.size_or("type_vocab_size", kMaxHidden, 1);
      config.first_position = reader.size_or("pad_token_id", kMaxPositions, 1) + 1;
      break;
    case Family::kMpnet:
      config.distances = reader.size_or("relative_attention_num_buckets", 256, 32);
      config.first_position = 2;  // the reference takes 1 for the padding whatever is written
      if (config.distances != 32) {  // the reference takes 32 whatever is written here
        reader.refuse("relative_attention_num_buckets", std::to_string(config.distances));
      }
      break;
  }
  if (config.first_position >= config.positions) {
    reader.fail(invalid_argument("config.json: there are no positions beyond that of the padding"));
  }
}

}  // namespace

Result<TransformerConfig> parse_transformer_config(std::string_view json) {
  VECSTORE_ASSIGN(const Value value, parse_json(json));
  const Object* object = value.as_object();
  if (!object) return invalid_argument("config.json is not a JSON object");
  ConfigReader reader(*object);
  TransformerConfig config;

  const std::string type = reader.text("model_type", "");
  const auto* family = std::ranges::find(kFamilies, type, &KnownFamily::model_type);
  if (family == kFamilies.end()) reader.refuse("model_type", type);
  VECSTORE_TRY(reader.status());
  config.family = family->family;
  const bool distil = config.family == Family::kDistilBert;

  const std::string act = reader.text(distil ? "activation" : "hidden_act", "gelu");
  const auto* activation = std::ranges::find(kActivations, act, &KnownActivation::name);
  if (activation == kActivations.end()) {
    reader.refuse(distil ? "activation" : "hidden_act", act);
  } else {
    config.activation = activation->activation;
  }
  reader.only("position_embedding_type", "absolute");
  const double usual = config.family == Family::kRoberta ? 1e-5 : 1e-12;
  config.epsilon = static_cast<float>(distil ? usual : reader.number("layer_norm_eps", usual));
  if (!(config.epsilon >= 0 && config.epsilon < 1)) {
    reader.fail(invalid_argument("config.json: layer_norm_eps is not from 0 to 1"));
  }
  read_sizes(reader, config);
  read_particulars(reader, config);
  VECSTORE_TRY(reader.status());
  return config;
}

Status check_ids(std::uint32_t id_limit, const TransformerConfig& config) {
  if (id_limit <= config.vocabulary) return {};
  return invalid_argument("the tokenizer has ids up to " + std::to_string(id_limit - 1) +
                          ", the model a table of " + std::to_string(config.vocabulary));
}

}  // namespace vecstore
