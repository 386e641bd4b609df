#include "embed/heads/sparse_embedder.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace vecstore {
namespace {

float weight_of(float number, bool twice) {
  const float once = std::log1p(std::max(number, 0.0f));
  return twice ? std::log1p(once) : once;
}

}  // namespace

SparseEmbedder::SparseEmbedder(EmbedderInfo info, ModelTokenizer tokenizer, BatchedEncoder encoder,
                               VocabularyHead head, const SparseConfig& config, std::size_t top)
    : info_(std::move(info)),
      tokenizer_(std::move(tokenizer)),
      encoder_(std::move(encoder)),
      head_(std::move(head)),
      config_(config),
      top_(top) {
  const std::size_t longest = encoder_.encoder().config().longest();
  const std::size_t limit = config_.max_tokens;
  config_.max_tokens = limit > 0 ? std::min(limit, longest) : longest;
}

Result<std::shared_ptr<const SparseEmbedder>> SparseEmbedder::make(
    EmbedderInfo named, ModelTokenizer tokenizer, BatchedEncoder encoder, VocabularyHead head,
    const SparseConfig& config, std::size_t top) {
  VECSTORE_TRY(check_ids(tokenizer.id_limit(), encoder.encoder().config()));
  named.dimension = head.vocabulary();
  named.pooling = config.sum ? "splade-sum" : "splade-max";
  std::shared_ptr<const SparseEmbedder> made(new SparseEmbedder(
      std::move(named), std::move(tokenizer), std::move(encoder), std::move(head), config, top));
  VECSTORE_TRY(made->tokens_of("").status());  // room for the special tokens
  return made;
}

Result<std::vector<std::uint32_t>> SparseEmbedder::tokens_of(std::string_view text) const {
  EncodeOptions options;
  options.max_tokens = config_.max_tokens;
  VECSTORE_ASSIGN(Encoding encoding, tokenizer_.encode_with_spans(text, options));
  return std::move(encoding.ids);
}

Result<std::vector<SparseVector>> SparseEmbedder::embed_batch(std::span<const std::string> texts,
                                                              const CancelToken& cancel) const {
  std::vector<std::vector<std::uint32_t>> tokens(texts.size());
  VECSTORE_TRY(encoder_.for_each_text(texts.size(), cancel, [&](std::size_t i) -> Status {
    VECSTORE_ASSIGN(tokens[i], tokens_of(texts[i]));
    return {};
  }));
  std::vector<TokenText> views;
  for (const auto& ids : tokens) views.push_back({.ids = ids});
  std::vector<SparseVector> out(texts.size(),
                                {static_cast<std::uint32_t>(head_.vocabulary()), {}, {}});
  VECSTORE_TRY(encoder_.encode(views, cancel, [&](const EncodedBatch& batch) -> Status {
    std::vector<float> pooled(head_.vocabulary());
    std::size_t text = 0, end = batch.texts[0].ids.size();
    head_.apply(batch.rows, batch.tokens, [&](std::size_t token, const float* numbers) {
      while (token == end) {  // texts without tokens end where they begin
        out[batch.first + text] = finish(pooled);
        end += batch.texts[++text].ids.size();
      }
      add(numbers, pooled);
    });
    out[batch.first + text] = finish(pooled);
    return {};
  }));
  return out;
}

// The largest number has the largest weight: its logarithm is taken once, at the end.
void SparseEmbedder::add(const float* numbers, std::vector<float>& pooled) const {
  if (config_.sum) {
    for (std::size_t i = 0; i < pooled.size(); ++i) {
      if (numbers[i] > 0) pooled[i] += weight_of(numbers[i], config_.twice);
    }
    return;
  }
  for (std::size_t i = 0; i < pooled.size(); ++i) pooled[i] = std::max(pooled[i], numbers[i]);
}

SparseVector SparseEmbedder::finish(std::vector<float>& pooled) const {
  SparseVector vector{static_cast<std::uint32_t>(pooled.size()), {}, {}};
  for (std::uint32_t id = 0; id < vector.dimension; ++id) {
    if (pooled[id] > 0) vector.indices.push_back(id);
  }
  if (top_ > 0 && vector.indices.size() > top_) {
    const auto end = vector.indices.begin() + static_cast<std::ptrdiff_t>(top_);
    std::ranges::nth_element(vector.indices, end, [&](std::uint32_t a, std::uint32_t b) {
      return pooled[a] != pooled[b] ? pooled[a] > pooled[b] : a < b;
    });
    vector.indices.resize(top_);
    std::ranges::sort(vector.indices);
  }
  for (const std::uint32_t id : vector.indices) {
    vector.values.push_back(config_.sum ? pooled[id] : weight_of(pooled[id], config_.twice));
  }
  std::ranges::fill(pooled, 0.0f);
  return vector;
}

}  // namespace vecstore
