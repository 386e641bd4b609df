#include "embed/transformer/transformer_embedder.h"

#include <algorithm>

#include "base/utf8.h"
#include "embed/transformer/part_windows.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

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
  VECSTORE_TRY(check_ids(tokenizer.id_limit(), encoder.encoder().config()));
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
  const auto tokens = tokens_of_all(
      texts, options.questions ? config_.query_prefix : config_.document_prefix, options.cancel);
  if (!tokens.ok()) return {{}, std::vector<bool>(texts.size()), tokens.status()};
  return encoder_.embed_some(*tokens, options.cancel);
}

Result<std::vector<float>> TransformerEmbedder::embed_parts(const TextParts& of,
                                                            const CancelToken& cancel) const {
  if (config_.pooling != Pooling::kMean)
    return Status(Code::kUnimplemented, "late chunking averages the vectors of tokens; model '" +
                                            info_.name + "' was trained for '" + info_.pooling +
                                            "' of them");
  VECSTORE_TRY(check_text(of.text, 0));
  const std::string lead = config_.document_prefix + std::string(of.lead);
  VECSTORE_ASSIGN(const PartWindows windows, PartWindows::make(tokenizer_, of, lead, max_tokens_));
  return encoder_.embed_stretches(windows.texts, windows.stretches, cancel);
}

Result<std::vector<SentenceEncoder::Tokens>> TransformerEmbedder::tokens_of_all(
    std::span<const std::string> texts, const std::string& prefix,
    const CancelToken& cancel) const {
  for (std::size_t i = 0; i < texts.size(); ++i) VECSTORE_TRY(check_text(texts[i], i));
  std::vector<SentenceEncoder::Tokens> tokens(texts.size());
  VECSTORE_TRY(encoder_.for_each_text(texts.size(), cancel, [&](std::size_t i) -> Status {
    VECSTORE_ASSIGN(tokens[i], tokens_of(prefix.empty() ? texts[i] : prefix + texts[i]));
    return {};
  }));
  return tokens;
}

Result<std::vector<float>> TransformerEmbedder::embed_texts(std::span<const std::string> texts,
                                                            const std::string& prefix,
                                                            const CancelToken& cancel) const {
  VECSTORE_ASSIGN(const auto tokens, tokens_of_all(texts, prefix, cancel));
  return encoder_.embed(tokens, cancel);
}

}  // namespace vecstore
