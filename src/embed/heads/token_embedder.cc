#include "embed/heads/token_embedder.h"

#include <algorithm>

#include "embed/pooling/pooling.h"

namespace vecstore {

// A text on its way: tokens, how many of them are its own, and which get a vector.
struct TokenEmbedder::Text {
  std::vector<std::uint32_t> ids;
  std::size_t attended = 0;
  bool skips = false;
};

TokenEmbedder::TokenEmbedder(EmbedderInfo info, ModelTokenizer tokenizer, BatchedEncoder encoder,
                             std::vector<Linear> layers, TokenRules rules)
    : info_(std::move(info)),
      tokenizer_(std::move(tokenizer)),
      encoder_(std::move(encoder)),
      layers_(std::move(layers)),
      rules_(std::move(rules)) {
  const std::size_t longest = encoder_.encoder().config().longest();
  rules_.query_tokens = std::min(rules_.query_tokens, longest);
  rules_.document_tokens = std::min(rules_.document_tokens, longest);
}

Result<std::shared_ptr<const TokenEmbedder>> TokenEmbedder::make(EmbedderInfo named,
                                                                 ModelTokenizer tokenizer,
                                                                 BatchedEncoder encoder,
                                                                 std::vector<Linear> layers,
                                                                 TokenRules rules) {
  std::uint32_t ids = tokenizer.id_limit();
  for (const auto& id : {rules.query_marker, rules.document_marker, rules.mask}) {
    if (id) ids = std::max(ids, *id + 1);
  }
  VECSTORE_TRY(check_ids(ids, encoder.encoder().config()));
  if (layers.empty()) return invalid_argument("there is no layer that makes vectors of tokens");
  named.dimension = layers.back().outputs();
  named.pooling = "tokens";
  std::shared_ptr<const TokenEmbedder> made(
      new TokenEmbedder(std::move(named), std::move(tokenizer), std::move(encoder),
                        std::move(layers), std::move(rules)));
  if (std::min(made->rules_.query_tokens, made->rules_.document_tokens) < 2) {
    return invalid_argument("texts of less than 2 tokens leave no room for the marker");
  }
  VECSTORE_TRY(made->document_of("").status());  // room for the special tokens
  VECSTORE_TRY(made->query_of("").status());
  return made;
}

Result<TokenEmbedder::Text> TokenEmbedder::tokens_of(std::string_view text,
                                                     std::optional<std::uint32_t> marker,
                                                     std::size_t limit) const {
  EncodeOptions options;
  options.max_tokens = limit - (marker ? 1 : 0);
  VECSTORE_ASSIGN(Encoding encoding, tokenizer_.encode_with_spans(text, options));
  Text out;
  out.ids = std::move(encoding.ids);
  if (marker) out.ids.insert(out.ids.begin() + (out.ids.empty() ? 0 : 1), *marker);
  return out;
}

Result<TokenEmbedder::Text> TokenEmbedder::document_of(std::string_view text) const {
  VECSTORE_ASSIGN(Text out, tokens_of(text, rules_.document_marker, rules_.document_tokens));
  out.skips = true;
  return out;
}

Result<TokenEmbedder::Text> TokenEmbedder::query_of(std::string_view text) const {
  VECSTORE_ASSIGN(Text out, tokens_of(text, rules_.query_marker, rules_.query_tokens));
  if (!rules_.mask) return out;
  if (!rules_.attends) out.attended = out.ids.size();
  out.ids.resize(rules_.query_tokens, *rules_.mask);
  return out;
}

Result<std::vector<MultiVector>> TokenEmbedder::embed_batch(std::span<const std::string> texts,
                                                            const CancelToken& cancel) const {
  std::vector<Text> made(texts.size());
  VECSTORE_TRY(encoder_.for_each_text(texts.size(), cancel, [&](std::size_t i) -> Status {
    VECSTORE_ASSIGN(made[i], document_of(texts[i]));
    return {};
  }));
  return embed(made, cancel);
}

Result<std::vector<MultiVector>> TokenEmbedder::embed_queries(std::span<const std::string> texts,
                                                              const CancelToken& cancel) const {
  std::vector<Text> made(texts.size());
  VECSTORE_TRY(encoder_.for_each_text(texts.size(), cancel, [&](std::size_t i) -> Status {
    VECSTORE_ASSIGN(made[i], query_of(texts[i]));
    return {};
  }));
  return embed(made, cancel);
}

Result<std::vector<MultiVector>> TokenEmbedder::embed(std::span<const Text> texts,
                                                      const CancelToken& cancel) const {
  std::vector<TokenText> views;
  for (const Text& text : texts) views.push_back({.ids = text.ids, .attended = text.attended});
  const MultiVector none = {static_cast<std::uint32_t>(info_.dimension), {}};
  std::vector<MultiVector> out(texts.size(), none);
  VECSTORE_TRY(encoder_.encode(views, cancel, [&](const EncodedBatch& batch) -> Status {
    const std::vector<float> rows = project(batch);
    const std::size_t dimension = info_.dimension, stride = padded(dimension);
    const float* row = rows.data();
    for (std::size_t i = 0; i < batch.texts.size(); ++i) {
      MultiVector& vectors = out[batch.first + i];
      const bool skips = texts[batch.first + i].skips;
      for (const std::uint32_t id : batch.texts[i].ids) {
        if (!skips || !std::ranges::binary_search(rules_.skipped, id)) {
          vectors.values.insert(vectors.values.end(), row, row + dimension);
          normalize(std::span(vectors.values).last(dimension));
        }
        row += stride;
      }
    }
    return {};
  }));
  return out;
}

// Rows of padded(dimension), from layer to layer.
std::vector<float> TokenEmbedder::project(const EncodedBatch& batch) const {
  std::vector<float> rows, next;
  TokenRows in = batch.rows;
  for (const Linear& layer : layers_) {
    const std::size_t stride = padded(layer.outputs());
    next.resize(batch.tokens * stride);
    layer.apply(matrix_kernels(), in, batch.tokens, {next.data(), stride}, {});
    std::swap(rows, next);
    in = {rows.data(), stride};
  }
  return rows;
}

std::size_t TokenEmbedder::memory_bytes() const {
  std::size_t bytes = encoder_.encoder().memory_bytes();
  for (const Linear& layer : layers_) bytes += layer.memory_bytes();
  return bytes;
}

}  // namespace vecstore
