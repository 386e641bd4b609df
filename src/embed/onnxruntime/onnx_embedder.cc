#include "embed/onnxruntime/onnx_embedder.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "base/json.h"
#include "embed/model_bytes.h"
#include "embed/model_folder.h"

namespace vecstore {
namespace {

constexpr std::size_t kMaxBatchTokens = 1 << 20;
constexpr std::int64_t kMaxPositions = 1 << 20;

Status check(const OnnxOptions& options) {
  VECSTORE_TRY(check_threads(options.threads));
  if (options.batch_tokens < 1 || options.batch_tokens > kMaxBatchTokens) {
    return invalid_argument("batch_tokens is " + std::to_string(options.batch_tokens) +
                            ", expected 1 to " + std::to_string(kMaxBatchTokens));
  }
  return {};
}

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

Result<std::shared_ptr<const OnnxEmbedder>> load(const std::filesystem::path& folder,
                                                 const OnnxOptions& options) {
  VECSTORE_TRY(check(options));
  VECSTORE_ASSIGN(auto runtime, OnnxRuntime::open(options.library));
  Sizes sizes;
  VECSTORE_ASSIGN(const auto config, read_text_if_there(folder / "config.json"));
  if (config) {
    auto parsed = parse_sizes(*config);
    if (!parsed.ok()) return parsed.status().with_context("config.json");
    sizes = *parsed;
  }
  VECSTORE_ASSIGN(SentenceConfig sentences, read_sentence_config(folder));
  if (sentences.max_tokens == 0 || sentences.max_tokens > sizes.longest)
    sentences.max_tokens = sizes.longest;
  VECSTORE_ASSIGN(ModelTokenizer tokenizer, read_tokenizer(folder));
  VECSTORE_ASSIGN(const Bytes weights, read_model_file((folder / "model.onnx").string()));
  EmbedderInfo info;
  info.name = folder.filename().string();
  info.checksum = "xxh3:" + hex_of(hash64(weights));
  VECSTORE_ASSIGN(OnnxSession session,
                  OnnxSession::open(std::move(runtime), weights, options.threads));
  VECSTORE_ASSIGN(OnnxTextModel model, OnnxTextModel::make(std::move(session), sizes.padding));
  return OnnxEmbedder::make(std::move(info), std::move(tokenizer), std::move(model),
                            std::move(sentences), options);
}

}  // namespace

Result<std::shared_ptr<const OnnxEmbedder>> OnnxEmbedder::make(EmbedderInfo named,
                                                               ModelTokenizer tokenizer,
                                                               OnnxTextModel model,
                                                               SentenceConfig config,
                                                               const OnnxOptions& options) {
  VECSTORE_TRY(check(options));
  std::shared_ptr<OnnxEmbedder> made(new OnnxEmbedder(std::move(named), std::move(tokenizer),
                                                      std::move(model), std::move(config)));
  made->batch_tokens_ = options.batch_tokens;
  VECSTORE_TRY(made->find_output());
  VECSTORE_TRY(made->find_dimension(options.dimension));
  return std::shared_ptr<const OnnxEmbedder>(std::move(made));
}

// The text's vector where the model makes it, else its tokens' vectors, which are pooled here.
Status OnnxEmbedder::find_output() {
  const auto& outputs = model_.session().outputs();
  const auto is = [](std::size_t rank) {
    return [rank](const OnnxPort& port) {
      return port.tensor && port.type == ort::kFloat && port.shape.size() == rank;
    };
  };
  const OnnxPort* const whole = model_.session().find_output("sentence_embedding");
  auto at = std::ranges::find_if(outputs, is(3));
  pooled_ = (whole && is(2)(*whole)) || at == outputs.end();
  if (pooled_)
    at = whole ? outputs.begin() + (whole - outputs.data()) : std::ranges::find_if(outputs, is(2));
  if (at == outputs.end()) {
    return unimplemented("no output is a table of floats, one row for each text or each token");
  }
  output_ = at->name;
  info_.pooling = pooled_ ? "model" : std::string(pooling_name(config_.pooling));
  return {};
}

Status OnnxEmbedder::find_dimension(std::size_t wanted) {
  std::size_t own = 0;
  VECSTORE_ASSIGN(const Encoding text,
                  tokenizer_.encode_with_spans("a", {.max_tokens = config_.max_tokens}));
  if (text.ids.empty()) return invalid_argument("the tokenizer makes no tokens of the text 'a'");
  VECSTORE_TRY(model_.run({&text, 1}, 1, output_, CancelToken(), [&](const OnnxTextBatch& batch) {
    own = static_cast<std::size_t>(batch.output.shape.back());
    return Status();
  }));
  if (own == 0) return invalid_argument("the output '" + output_ + "' has rows of no numbers");
  if (wanted > own) {
    return invalid_argument("a dimension of " + std::to_string(wanted) +
                            " is more than the model's " + std::to_string(own));
  }
  info_.dimension = wanted > 0 ? wanted : own;
  return {};
}

Status OnnxEmbedder::take(const OnnxTextBatch& batch, std::span<const Encoding> texts,
                          std::span<float> rows) const {
  const std::vector<std::int64_t>& shape = batch.output.shape;
  const std::size_t stride = shape.empty() ? 0 : static_cast<std::size_t>(shape.back());
  const std::size_t lines = pooled_ ? 1 : batch.tokens;  // for each text
  if (batch.output.numbers.size() != batch.texts.size() * lines * stride ||
      stride < info_.dimension) {
    return invalid_argument("the output '" + output_ + "' has the shape " + shape_text(shape) +
                            " for " + std::to_string(batch.texts.size()) + " texts of " +
                            std::to_string(batch.tokens) + " tokens");
  }
  const float* numbers = batch.output.numbers.data();
  for (const std::size_t text : batch.texts) {
    const std::span<float> out = rows.subspan(text * info_.dimension, info_.dimension);
    pool(pooled_ ? Pooling::kFirst : config_.pooling, numbers, stride,
         pooled_ ? 1 : texts[text].ids.size(), out);
    normalize(out);
    numbers += lines * stride;
  }
  return {};
}

Result<std::vector<float>> OnnxEmbedder::embed_texts(std::span<const std::string> texts,
                                                     const std::string& prefix,
                                                     const CancelToken& cancel) const {
  std::vector<Encoding> tokens(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (cancel.cancelled()) return cancelled("embedding was cancelled");
    const std::string& text = texts[i];
    auto made = tokenizer_.encode_with_spans(prefix.empty() ? text : prefix + text,
                                             {.max_tokens = config_.max_tokens});
    if (!made.ok()) return made.status().with_context("text " + std::to_string(i));
    tokens[i] = *std::move(made);
  }
  std::vector<float> rows(texts.size() * info_.dimension);
  VECSTORE_TRY(model_.run(tokens, batch_tokens_, output_, cancel,
                          [&](const OnnxTextBatch& batch) { return take(batch, tokens, rows); }));
  return rows;
}

Result<std::shared_ptr<const OnnxEmbedder>> load_onnx_embedder(const std::string& folder,
                                                               const OnnxOptions& options) {
  return load_from(folder, [&](const std::filesystem::path& path) { return load(path, options); });
}

}  // namespace vecstore
