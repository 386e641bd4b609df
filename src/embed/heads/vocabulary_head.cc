#include "embed/heads/vocabulary_head.h"

#include <algorithm>

#include "embed/transformer/tensor_names.h"

namespace vecstore {
namespace {

constexpr std::size_t kStrip = 32;  // tokens at a time

struct HeadNames {
  std::string dense, norm, words, bias;
};

HeadNames names_of(Family family) {
  switch (family) {
    case Family::kBert: {
      const std::string at = "cls.predictions.";
      return {at + "transform.dense", at + "transform.LayerNorm", at + "decoder.weight",
              at + "bias"};
    }
    case Family::kDistilBert:
      return {"vocab_transform", "vocab_layer_norm", "vocab_projector.weight",
              "vocab_projector.bias"};
    case Family::kRoberta:
    case Family::kMpnet:
      break;
  }
  return {"lm_head.dense", "lm_head.layer_norm", "lm_head.decoder.weight", "lm_head.bias"};
}

Activation activation_of(const TransformerConfig& config) {
  const bool own = config.family == Family::kBert || config.family == Family::kDistilBert;
  return own ? config.activation : Activation::kGelu;  // RoBERTa's and MPNet's whatever is written
}

// Activations of some tokens as bytes; nothing for floats.
class QuantizedBuffer {
 public:
  QuantizedBuffer(Precision precision, std::size_t tokens, std::size_t width)
      : stride_(byte_depth(width) + 64) {
    if (precision == Precision::kFloat) return;
    bytes_.resize(tokens * stride_);
    scales_.resize(tokens * byte_groups(width));
    zeros_.resize(scales_.size());
  }
  QuantizedRows rows() { return {bytes_.data(), stride_, scales_.data(), zeros_.data()}; }

 private:
  std::size_t stride_;
  std::vector<std::uint8_t> bytes_;
  std::vector<float> scales_;
  std::vector<std::int32_t> zeros_;
};

}  // namespace

VocabularyHead::VocabularyHead(const TransformerConfig& config, Linear dense, Linear words)
    : dense_(std::move(dense)),
      words_(std::move(words)),
      hidden_(config.hidden),
      epsilon_(config.epsilon),
      activation_(activation_of(config)) {}

bool VocabularyHead::is_in(const TransformerConfig& config, const Weights& weights) {
  return weights.find(names_of(config.family).dense + ".weight") != nullptr;
}

Result<VocabularyHead> VocabularyHead::make(const TransformerConfig& config, const Weights& weights,
                                            Precision precision) {
  HeadNames names = names_of(config.family);
  if (!weights.find(names.words)) names.words = tensor_names(config, weights).words;
  const std::size_t hidden = config.hidden;
  VECSTORE_ASSIGN(Linear dense,
                  Linear::make(weights, {&names.dense, 1}, hidden, hidden, precision));
  VECSTORE_ASSIGN(Linear words, Linear::make(weights, LinearNames{names.words, names.bias},
                                             config.vocabulary, hidden, precision));
  VocabularyHead head(config, std::move(dense), std::move(words));
  head.precision_ = precision;
  VECSTORE_ASSIGN(head.scale_, weights.vector(names.norm + ".weight", hidden));
  VECSTORE_ASSIGN(head.shift_, weights.vector(names.norm + ".bias", hidden));
  head.scale_.resize(padded(hidden));
  head.shift_.resize(padded(hidden));
  return head;
}

void VocabularyHead::apply(
    TokenRows rows, std::size_t tokens,
    const std::function<void(std::size_t token, const float* numbers)>& take) const {
  const MatrixKernels& kernels = matrix_kernels();
  const LayerNorm norm = {scale_.data(), shift_.data(), epsilon_};
  const std::size_t most = std::min(kStrip, tokens), wide = padded(vocabulary());
  std::vector<float> middle(most * padded(hidden_)), numbers(most * wide);
  QuantizedBuffer bytes(precision_, most, hidden_);
  const TokenRows between = {middle.data(), padded(hidden_)}, out = {numbers.data(), wide};
  for (std::size_t first = 0; first < tokens; first += most) {
    const std::size_t count = std::min(most, tokens - first);
    dense_.apply(kernels, {rows.row(first), rows.stride}, count, between, bytes.rows(),
                 activation_);
    for (std::size_t t = 0; t < count; ++t) {
      kernels.layer_norm(between.row(t), nullptr, hidden_, norm);
    }
    words_.apply(kernels, between, count, out, bytes.rows());
    for (std::size_t t = 0; t < count; ++t) take(first + t, out.row(t));
  }
}

}  // namespace vecstore
