#include "embed/onnxruntime/onnx_reranker.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "embed/heads/cross_encoder.h"
#include "embed/model_folder.h"

namespace vecstore {
namespace {

Result<std::shared_ptr<const OnnxReranker>> load(const std::filesystem::path& folder,
                                                 const OnnxOptions& options) {
  VECSTORE_ASSIGN(OnnxTextFiles files, read_onnx_text_model(folder, options));
  PairConfig pairs;
  if (files.config) {
    VECSTORE_ASSIGN(const auto tokenizer_config,
                    read_text_if_there(folder / "tokenizer_config.json"));
    VECSTORE_ASSIGN(pairs, parse_pair_config(*files.config, tokenizer_config));
  }
  if (pairs.max_tokens == 0 || pairs.max_tokens > files.longest) pairs.max_tokens = files.longest;
  return OnnxReranker::make(folder.filename().string(), std::move(files.tokenizer),
                            std::move(files.model), pairs, options);
}

}  // namespace

Result<std::shared_ptr<const OnnxReranker>> OnnxReranker::make(std::string name,
                                                               ModelTokenizer tokenizer,
                                                               OnnxTextModel model,
                                                               const PairConfig& config,
                                                               const OnnxOptions& options) {
  VECSTORE_TRY(check_onnx_options(options));
  std::shared_ptr<OnnxReranker> made(
      new OnnxReranker(std::move(name), std::move(tokenizer), std::move(model), config));
  made->batch_tokens_ = options.batch_tokens;
  VECSTORE_TRY(made->find_output());
  const std::string text = "a";
  VECSTORE_TRY(made->scores(text, {&text, 1}).status());
  return std::shared_ptr<const OnnxReranker>(std::move(made));
}

// "logits", else the only output of floats that may have a number for each pair.
Status OnnxReranker::find_output() {
  std::vector<const OnnxPort*> found;
  for (const OnnxPort& port : model_.session().outputs()) {
    if (!port.tensor || port.type != ort::kFloat || port.shape.size() > 2) continue;
    if (port.name == "logits") {
      output_ = port.name;
      return {};
    }
    found.push_back(&port);
  }
  if (found.size() != 1) {
    return unimplemented("no output is named 'logits', and " + std::to_string(found.size()) +
                         " others may be scores of pairs");
  }
  output_ = found.front()->name;
  return {};
}

Status OnnxReranker::take(const OnnxTextBatch& batch, std::span<float> scores) const {
  if (batch.output.numbers.size() != batch.texts.size()) {
    return invalid_argument("the output '" + output_ + "' has the shape " +
                            shape_text(batch.output.shape) + " for " +
                            std::to_string(batch.texts.size()) +
                            " pairs: a model that scores them has one number for each");
  }
  for (std::size_t i = 0; i < batch.texts.size(); ++i) {
    const float score = batch.output.numbers[i];
    scores[batch.texts[i]] = config_.sigmoid ? 1 / (1 + std::exp(-score)) : score;
  }
  return {};
}

Result<std::vector<float>> OnnxReranker::scores(std::string_view query,
                                                std::span<const std::string> texts,
                                                const CancelToken& cancel) const {
  const EncodeOptions options{.max_tokens = config_.max_tokens};
  const auto alone = tokenizer_.encode_pair(query, "", options);
  if (!alone.ok()) return alone.status().with_context("the query");
  if (alone->ids.empty() && !texts.empty()) {
    return invalid_argument("the tokenizer puts no token before a pair that could stand for it");
  }
  std::vector<Encoding> pairs(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (cancel.cancelled()) return cancelled("reranking was cancelled");
    auto pair = tokenizer_.encode_pair(query, texts[i], options);
    if (!pair.ok()) return pair.status().with_context("text " + std::to_string(i));
    pairs[i] = *std::move(pair);
  }
  std::vector<float> out(texts.size());
  VECSTORE_TRY(model_.run(pairs, batch_tokens_, output_, cancel,
                          [&](const OnnxTextBatch& batch) { return take(batch, out); }));
  return out;
}

Result<std::vector<RankedText>> OnnxReranker::rerank(std::string_view query,
                                                     std::span<const std::string> texts,
                                                     std::size_t count,
                                                     const CancelToken& cancel) const {
  VECSTORE_ASSIGN(const std::vector<float> scored, scores(query, texts, cancel));
  return best_of(scored, count);
}

Result<std::shared_ptr<const OnnxReranker>> load_onnx_reranker(const std::string& folder,
                                                               const OnnxOptions& options) {
  return load_from(folder, [&](const std::filesystem::path& path) { return load(path, options); });
}

}  // namespace vecstore
