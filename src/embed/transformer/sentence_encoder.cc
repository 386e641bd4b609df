#include "embed/transformer/sentence_encoder.h"

#include <algorithm>
#include <string>

namespace vecstore {

Result<SentenceEncoder> SentenceEncoder::make(Encoder encoder, const SentenceOptions& options) {
  const std::size_t hidden = encoder.config().hidden;
  if (options.dimension > hidden) {
    return invalid_argument("a dimension of " + std::to_string(options.dimension) +
                            " is more than the model's " + std::to_string(hidden));
  }
  VECSTORE_ASSIGN(
      BatchedEncoder batched,
      BatchedEncoder::make(std::move(encoder), {options.threads, options.batch_tokens}));
  return SentenceEncoder(std::move(batched), options.pooling,
                         options.dimension > 0 ? options.dimension : hidden);
}

Result<std::vector<float>> SentenceEncoder::embed(std::span<const Tokens> texts,
                                                  const CancelToken& cancel) const {
  SomeEmbedded some = embed_some(texts, cancel);
  VECSTORE_TRY(some.status);
  return std::move(some.rows);
}

SomeEmbedded SentenceEncoder::embed_some(std::span<const Tokens> texts,
                                         const CancelToken& cancel) const {
  std::vector<TokenText> views;
  for (const Tokens& text : texts) views.push_back({.ids = text});
  std::vector<float> rows(texts.size() * dimension_);
  std::vector<unsigned char> done(texts.size());  // threads write to neighbours, which bits cannot
  Status status = encoder_.encode(views, cancel, [&](const EncodedBatch& batch) -> Status {
    std::size_t at = 0;
    for (std::size_t i = 0; i < batch.texts.size(); ++i) {
      done[batch.first + i] = 1;
      const std::size_t tokens = batch.texts[i].ids.size();
      if (tokens == 0) continue;
      const auto row = std::span(rows).subspan((batch.first + i) * dimension_, dimension_);
      pool(pooling_, batch.rows.row(at), batch.rows.stride, tokens, row);
      normalize(row);
      at += tokens;
    }
    return {};
  });
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (texts[i].empty()) done[i] = 1;
  }
  return {std::move(rows), std::vector<bool>(done.begin(), done.end()), std::move(status)};
}

Result<std::vector<float>> SentenceEncoder::embed_stretches(std::span<const Tokens> texts,
                                                            std::span<const Stretch> stretches,
                                                            const CancelToken& cancel) const {
  std::vector<TokenText> views;
  for (const Tokens& text : texts) views.push_back({.ids = text});
  std::vector<float> rows(stretches.size() * dimension_);
  VECSTORE_TRY(encoder_.encode(views, cancel, [&](const EncodedBatch& batch) -> Status {
    std::size_t at = 0;
    for (std::size_t i = 0; i < batch.texts.size(); ++i) {
      const std::size_t text = batch.first + i;
      auto one = std::ranges::lower_bound(stretches, text, {}, &Stretch::text);
      for (; one != stretches.end() && one->text == text; ++one) {
        if (one->begin == one->end) continue;
        const auto number = static_cast<std::size_t>(one - stretches.begin());
        const auto row = std::span(rows).subspan(number * dimension_, dimension_);
        pool(Pooling::kMean, batch.rows.row(at + one->begin), batch.rows.stride,
             one->end - one->begin, row);
        normalize(row);
      }
      at += batch.texts[i].ids.size();
    }
    return {};
  }));
  return rows;
}

}  // namespace vecstore
