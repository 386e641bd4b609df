#include "embed/heads/cross_encoder.h"

#include <algorithm>
#include <cmath>

namespace vecstore {

std::vector<RankedText> best_of(std::span<const float> scores, std::size_t count) {
  std::vector<RankedText> ranked(scores.size());
  for (std::size_t i = 0; i < ranked.size(); ++i) ranked[i] = {i, double{scores[i]}};
  std::ranges::stable_sort(ranked, std::ranges::greater(), &RankedText::score);
  ranked.resize(std::min(ranked.size(), count));
  return ranked;
}

CrossEncoder::CrossEncoder(std::string name, ModelTokenizer tokenizer, BatchedEncoder encoder,
                           ClassificationHead head, const PairConfig& config)
    : name_(std::move(name)),
      tokenizer_(std::move(tokenizer)),
      encoder_(std::move(encoder)),
      head_(std::move(head)),
      config_(config) {
  const std::size_t longest = encoder_.encoder().config().longest();
  const std::size_t limit = config_.max_tokens;
  config_.max_tokens = limit > 0 ? std::min(limit, longest) : longest;
}

Result<std::shared_ptr<const CrossEncoder>> CrossEncoder::make(std::string name,
                                                               ModelTokenizer tokenizer,
                                                               BatchedEncoder encoder,
                                                               ClassificationHead head,
                                                               const PairConfig& config) {
  VECSTORE_TRY(check_ids(tokenizer.id_limit(), encoder.encoder().config()));
  std::shared_ptr<const CrossEncoder> made(new CrossEncoder(
      std::move(name), std::move(tokenizer), std::move(encoder), std::move(head), config));
  // What a tokenizer has to say of two texts it says of two empty ones.
  VECSTORE_ASSIGN(const Encoding nothing, made->encode("", ""));
  if (nothing.ids.empty()) {
    return invalid_argument("the tokenizer puts no token before a pair that could stand for it");
  }
  return made;
}

Result<Encoding> CrossEncoder::encode(std::string_view query, std::string_view text) const {
  EncodeOptions options;
  options.max_tokens = config_.max_tokens;
  VECSTORE_ASSIGN(Encoding pair, tokenizer_.encode_pair(query, text, options));
  const std::size_t types = encoder_.encoder().config().types;
  if (types <= 1) {  // such models are not told which text is which
    pair.type_ids.clear();
  } else if (std::ranges::any_of(pair.type_ids,
                                 [&](std::uint32_t type) { return type >= types; })) {
    return invalid_argument("the tokenizer gives types that are not among the model's " +
                            std::to_string(types));
  }
  return pair;
}

Result<std::vector<float>> CrossEncoder::scores(std::string_view query,
                                                std::span<const std::string> texts,
                                                const CancelToken& cancel) const {
  if (const auto alone = encode(query, ""); !alone.ok()) {
    return alone.status().with_context("the query");
  }
  std::vector<Encoding> pairs(texts.size());
  VECSTORE_TRY(encoder_.for_each_text(texts.size(), cancel, [&](std::size_t i) -> Status {
    VECSTORE_ASSIGN(pairs[i], encode(query, texts[i]));
    return {};
  }));
  std::vector<TokenText> views;
  for (const Encoding& pair : pairs) views.push_back({.ids = pair.ids, .types = pair.type_ids});
  std::vector<float> out(texts.size());
  VECSTORE_TRY(encoder_.encode(views, cancel, [&](const EncodedBatch& batch) -> Status {
    std::size_t at = 0;
    for (std::size_t i = 0; i < batch.texts.size(); ++i) {
      const float score = head_.score(batch.rows.row(at));
      out[batch.first + i] = config_.sigmoid ? 1 / (1 + std::exp(-score)) : score;
      at += batch.texts[i].ids.size();
    }
    return {};
  }));
  return out;
}

Result<std::vector<RankedText>> CrossEncoder::rerank(std::string_view query,
                                                     std::span<const std::string> texts,
                                                     std::size_t count,
                                                     const CancelToken& cancel) const {
  VECSTORE_ASSIGN(const std::vector<float> scored, scores(query, texts, cancel));
  return best_of(scored, count);
}

}  // namespace vecstore
