#include "embed/onnxruntime/onnx_embedder.h"

#include <algorithm>
#include <utility>

#include "embed/model_folder.h"

namespace vecstore {
namespace {

Result<std::shared_ptr<const OnnxEmbedder>> load(const std::filesystem::path& folder,
                                                 const OnnxOptions& options) {
  VECSTORE_ASSIGN(OnnxTextFiles files, read_onnx_text_model(folder, options));
  VECSTORE_ASSIGN(SentenceConfig sentences, read_sentence_config(folder));
  if (sentences.max_tokens == 0 || sentences.max_tokens > files.longest)
    sentences.max_tokens = files.longest;
  EmbedderInfo info;
  info.name = folder.filename().string();
  info.checksum = std::move(files.checksum);
  return OnnxEmbedder::make(std::move(info), std::move(files.tokenizer), std::move(files.model),
                            std::move(sentences), options);
}

}  // namespace

Result<std::shared_ptr<const OnnxEmbedder>> OnnxEmbedder::make(EmbedderInfo named,
                                                               ModelTokenizer tokenizer,
                                                               OnnxTextModel model,
                                                               SentenceConfig config,
                                                               const OnnxOptions& options) {
  VECSTORE_TRY(check_onnx_options(options));
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

Result<std::vector<Encoding>> OnnxEmbedder::tokens_of(std::span<const std::string> texts,
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
  return tokens;
}

SomeEmbedded OnnxEmbedder::embed_texts(std::span<const std::string> texts,
                                       const std::string& prefix, const CancelToken& cancel) const {
  const auto tokens = tokens_of(texts, prefix, cancel);
  if (!tokens.ok()) return {{}, std::vector<bool>(texts.size()), tokens.status()};
  SomeEmbedded some{.rows = std::vector<float>(texts.size() * info_.dimension), .done = {}};
  for (const Encoding& text : *tokens) some.done.push_back(text.ids.empty());
  some.status =
      model_.run(*tokens, batch_tokens_, output_, cancel, [&](const OnnxTextBatch& batch) {
        VECSTORE_TRY(take(batch, *tokens, some.rows));
        for (const std::size_t text : batch.texts) some.done[text] = true;
        return Status();
      });
  return some;
}

Result<std::shared_ptr<const OnnxEmbedder>> load_onnx_embedder(const std::string& folder,
                                                               const OnnxOptions& options) {
  return load_from(folder, [&](const std::filesystem::path& path) { return load(path, options); });
}

}  // namespace vecstore
