#include "embed/transformer/transformer_embedder.h"

#include <algorithm>

#include "base/utf8.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

constexpr std::size_t kGroup = 16;  // texts that a thread tokenizes at a time

Status check_text(std::string_view text, std::size_t position) {
  const std::string named = "text " + std::to_string(position);
  if (text.size() > kMaxTextBytes) {
    return invalid_argument(named + " has " + std::to_string(text.size()) +
                            " bytes, the limit is " + std::to_string(kMaxTextBytes));
  }
  const std::size_t bad = invalid_utf8_at(text);
  if (bad == text.npos) return {};
  return invalid_argument(named + " is not valid utf-8 at byte " + std::to_string(bad));
}

}  // namespace

TransformerEmbedder::TransformerEmbedder(EmbedderInfo info, ModelTokenizer tokenizer,
                                         SentenceEncoder encoder, SentenceConfig config)
    : info_(std::move(info)),
      tokenizer_(std::move(tokenizer)),
      encoder_(std::move(encoder)),
      config_(std::move(config)),
      max_tokens_(encoder_.encoder().config().longest()) {
  if (config_.max_tokens > 0) max_tokens_ = std::min(max_tokens_, config_.max_tokens);
}

Result<std::shared_ptr<const TransformerEmbedder>> TransformerEmbedder::make(
    EmbedderInfo named, ModelTokenizer tokenizer, SentenceEncoder encoder, SentenceConfig config) {
  const std::size_t vocabulary = encoder.encoder().config().vocabulary;
  if (tokenizer.id_limit() > vocabulary) {
    return invalid_argument("the tokenizer has ids up to " +
                            std::to_string(tokenizer.id_limit() - 1) + ", the model a table of " +
                            std::to_string(vocabulary));
  }
  named.dimension = encoder.dimension();
  named.pooling = pooling_name(config.pooling);
  return std::shared_ptr<const TransformerEmbedder>(new TransformerEmbedder(
      std::move(named), std::move(tokenizer), std::move(encoder), std::move(config)));
}

Result<SentenceEncoder::Tokens> TransformerEmbedder::tokens_of(std::string_view text) const {
  EncodeOptions options;
  options.max_tokens = max_tokens_;
  VECSTORE_ASSIGN(Encoding encoding, tokenizer_.encode_with_spans(text, options));
  return std::move(encoding.ids);
}

Result<std::size_t> TransformerEmbedder::count_tokens(std::string_view text) const {
  VECSTORE_TRY(check_text(text, 0));
  VECSTORE_ASSIGN(const Encoding encoding,
                  tokenizer_.encode_with_spans(config_.document_prefix + std::string(text)));
  return encoding.ids.size();
}

SomeEmbedded TransformerEmbedder::embed_some(std::span<const std::string> texts,
                                             const EmbedOptions& options) const {
  Result<std::vector<float>> rows =
      options.questions ? embed_queries(texts, options.cancel) : embed_batch(texts, options.cancel);
  SomeEmbedded some{
      .rows = {}, .done = std::vector<bool>(texts.size(), rows.ok()), .status = rows.status()};
  if (rows.ok()) some.rows = *std::move(rows);
  return some;
}

Result<std::vector<float>> TransformerEmbedder::embed_texts(std::span<const std::string> texts,
                                                            const std::string& prefix,
                                                            const CancelToken& cancel) const {
  for (std::size_t i = 0; i < texts.size(); ++i) VECSTORE_TRY(check_text(texts[i], i));
  std::vector<SentenceEncoder::Tokens> tokens(texts.size());
  std::vector<Status> groups((texts.size() + kGroup - 1) / kGroup);
  encoder_.parallel_for(groups.size(), [&](std::size_t group) {
    const std::size_t end = std::min((group + 1) * kGroup, texts.size());
    for (std::size_t i = group * kGroup; i < end && !cancel.cancelled(); ++i) {
      auto made = tokens_of(prefix.empty() ? texts[i] : prefix + texts[i]);
      if (!made.ok()) {
        groups[group] = made.status().with_context("text " + std::to_string(i));
        return;
      }
      tokens[i] = *std::move(made);
    }
  });
  for (const Status& group : groups) VECSTORE_TRY(group);
  return encoder_.embed(tokens, cancel);
}

}  // namespace vecstore
