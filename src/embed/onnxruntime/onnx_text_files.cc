#include "embed/onnxruntime/onnx_text_files.h"

#include <utility>

#include "base/hash.h"
#include "base/json.h"
#include "embed/model_bytes.h"
#include "embed/model_folder.h"

namespace vecstore {
namespace {

constexpr std::size_t kMaxBatchTokens = 1 << 20;
constexpr std::int64_t kMaxPositions = 1 << 20;

// Members of config.json that any architecture may have.
struct Sizes {
  std::int64_t padding = 0;
  std::size_t longest = 512;  // in tokens
};

// RoBERTa and its kin count positions from behind that of the padding.
bool counts_from_padding(std::string_view type) {
  return type == "roberta" || type == "xlm-roberta" || type == "camembert" || type == "mpnet";
}

Result<Sizes> parse_sizes(std::string_view json) {
  VECSTORE_ASSIGN(const Value value, parse_json(json));
  const Object* const object = value.as_object();
  if (!object) return invalid_argument("it is not a JSON object");
  Sizes sizes;
  const auto read = [&](std::string_view key) -> const std::int64_t* {
    const Value* const member = object->find(key);
    const std::int64_t* const number = member ? member->as_int() : nullptr;
    return number && *number >= 0 && *number <= kMaxPositions ? number : nullptr;
  };
  if (const std::int64_t* padding = read("pad_token_id")) sizes.padding = *padding;
  if (const std::int64_t* positions = read("max_position_embeddings")) {
    const Value* const type = object->find("model_type");
    const bool skips = type && type->as_string() && counts_from_padding(*type->as_string());
    const std::int64_t longest = *positions - (skips ? sizes.padding + 1 : 0);
    if (longest < 1) return invalid_argument("there are no positions for a text");
    sizes.longest = static_cast<std::size_t>(longest);
  }
  return sizes;
}

}  // namespace

Status check_onnx_options(const OnnxOptions& options) {
  VECSTORE_TRY(check_threads(options.threads));
  if (options.batch_tokens < 1 || options.batch_tokens > kMaxBatchTokens) {
    return invalid_argument("batch_tokens is " + std::to_string(options.batch_tokens) +
                            ", expected 1 to " + std::to_string(kMaxBatchTokens));
  }
  return {};
}

Result<OnnxTextFiles> read_onnx_text_model(const std::filesystem::path& folder,
                                           const OnnxOptions& options) {
  VECSTORE_TRY(check_onnx_options(options));
  VECSTORE_ASSIGN(auto runtime, OnnxRuntime::open(options.library));
  Sizes sizes;
  VECSTORE_ASSIGN(auto config, read_text_if_there(folder / "config.json"));
  if (config) {
    auto parsed = parse_sizes(*config);
    if (!parsed.ok()) return parsed.status().with_context("config.json");
    sizes = *parsed;
  }
  VECSTORE_ASSIGN(ModelTokenizer tokenizer, read_tokenizer(folder));
  VECSTORE_ASSIGN(const Bytes weights, read_model_file((folder / "model.onnx").string()));
  VECSTORE_ASSIGN(OnnxSession session,
                  OnnxSession::open(std::move(runtime), weights, options.threads));
  VECSTORE_ASSIGN(OnnxTextModel model, OnnxTextModel::make(std::move(session), sizes.padding));
  return OnnxTextFiles{std::move(model), std::move(tokenizer), "xxh3:" + hex_of(hash64(weights)),
                       sizes.longest, std::move(config)};
}

}  // namespace vecstore
