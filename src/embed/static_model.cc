#include "embed/static_model.h"

#include <algorithm>
#include <bit>

#include "base/coding.h"
#include "base/utf8.h"
#include "embed/pooling/pooling.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

// IEEE half to single, exact for every finite half: the exponent is moved by a multiplication,
// which also puts subnormal halves right. No branch and no table, so compilers vectorise loops over
// it.
float widen(std::uint16_t half) {
  const std::uint32_t magnitude = (half & 0x7FFFu) << 13;
  const float value = std::bit_cast<float>(magnitude) * 0x1p112f;
  const std::uint32_t sign = (half & 0x8000u) << 16;
  return std::bit_cast<float>(std::bit_cast<std::uint32_t>(value) | sign);
}
float widen(float single) { return single; }

template <typename Element>
void add_row(const std::byte* row, std::span<float> sum) {
  for (std::size_t i = 0; i < sum.size(); ++i) {
    sum[i] += widen(load_as<Element>(row + i * sizeof(Element)));
  }
}

// A sum of as many rows as a text has bytes stays finite below this. Magnitudes are compared as
// bits, which order as the numbers do and put infinities and NaN last.
constexpr float kMaxWeight = 1e30f;

bool all_usable(const Tensor& table) {
  std::uint32_t worst = 0;
  if (table.type == TensorType::kF16) {
    for (std::size_t at = 0; at < table.data.size(); at += 2) {
      worst = std::max<std::uint32_t>(worst, load_u16(table.data.data() + at) & 0x7FFFu);
    }
    return worst < 0x7C00u;
  }
  for (std::size_t at = 0; at < table.data.size(); at += 4) {
    worst = std::max(worst, load_u32(table.data.data() + at) & 0x7FFFFFFFu);
  }
  return worst <= std::bit_cast<std::uint32_t>(kMaxWeight);
}

Status check_table(const SafeTensors& weights, std::uint32_t id_limit) {
  if (weights.tensors().size() != 1) {
    return invalid_argument(
        "model.safetensors has " + std::to_string(weights.tensors().size()) +
        " tensors, a static model has one; other models need a config.json beside it");
  }
  const Tensor& table = weights.tensors()[0];
  if (table.type != TensorType::kF16 && table.type != TensorType::kF32) {
    return invalid_argument("the table '" + table.name + "' is " +
                            std::string(type_name(table.type)) + ", expected F16 or F32");
  }
  if (table.shape.size() != 2 || table.shape[1] == 0 || table.shape[1] > kMaxDimension) {
    return invalid_argument("the table '" + table.name + "' is not rows of 1 to " +
                            std::to_string(kMaxDimension) + " numbers");
  }
  if (table.shape[0] < id_limit) {
    return invalid_argument("the table '" + table.name + "' has " + std::to_string(table.shape[0]) +
                            " rows for a vocabulary of " + std::to_string(id_limit));
  }
  if (!all_usable(table)) {
    return invalid_argument("the table '" + table.name +
                            "' holds a number that is not finite or beyond 1e30");
  }
  return {};
}

Status check_text(std::string_view text, std::size_t position) {
  if (text.size() > kMaxTextBytes) {
    return invalid_argument("text " + std::to_string(position) + " has " +
                            std::to_string(text.size()) + " bytes, the limit is " +
                            std::to_string(kMaxTextBytes));
  }
  const std::size_t bad = invalid_utf8_at(text);
  if (bad == text.npos) return {};
  return invalid_argument("text " + std::to_string(position) + " is not valid utf-8 at byte " +
                          std::to_string(bad));
}

}  // namespace

Result<std::shared_ptr<const Embedder>> StaticEmbedder::make(EmbedderInfo named,
                                                             ModelTokenizer tokenizer,
                                                             SafeTensors weights) {
  VECSTORE_TRY(check_table(weights, tokenizer.id_limit()));
  named.dimension = weights.tensors()[0].shape[1];
  named.pooling = "mean";
  return std::shared_ptr<const Embedder>(
      new StaticEmbedder(std::move(named), std::move(tokenizer), std::move(weights)));
}

Result<std::vector<float>> StaticEmbedder::embed_batch(std::span<const std::string> texts) const {
  std::vector<float> rows(texts.size() * info_.dimension);
  VECSTORE_TRY(embed_rows(texts, rows, {}));
  return rows;
}

SomeEmbedded StaticEmbedder::embed_some(std::span<const std::string> texts,
                                        const EmbedOptions& options) const {
  SomeEmbedded some{.rows = std::vector<float>(texts.size() * info_.dimension),
                    .done = std::vector<bool>(texts.size()),
                    .status = {}};
  some.status = embed_rows(texts, some.rows, options.cancel);
  if (some.status.ok()) some.done.assign(texts.size(), true);
  return some;
}

Result<std::size_t> StaticEmbedder::count_tokens(std::string_view text) const {
  VECSTORE_TRY(check_text(text, 0));
  return tokenizer_.encode(text).size();
}

Status StaticEmbedder::embed_rows(std::span<const std::string> texts, std::span<float> rows,
                                  const CancelToken& cancel) const {
  for (std::size_t i = 0; i < texts.size(); ++i) VECSTORE_TRY(check_text(texts[i], i));
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (cancel.cancelled()) return cancelled("cancelled at text " + std::to_string(i));
    embed_one(texts[i], rows.subspan(i * info_.dimension, info_.dimension));
  }
  return {};
}

// The sum needs no division by the number of tokens: the length goes away in normalize().
void StaticEmbedder::embed_one(std::string_view text, std::span<float> out) const {
  const Tensor& table = weights_.tensors()[0];
  const bool half = table.type == TensorType::kF16;
  const std::size_t row_bytes = out.size() * (half ? 2 : 4);
  for (std::uint32_t id : tokenizer_.encode(text)) {
    const std::byte* row = table.data.data() + id * row_bytes;
    half ? add_row<std::uint16_t>(row, out) : add_row<float>(row, out);
  }
  normalize(out);
}

}  // namespace vecstore
