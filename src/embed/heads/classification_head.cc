#include "embed/heads/classification_head.h"

#include <cmath>

#include "embed/transformer/config.h"
#include "embed/transformer/tensor_names.h"

namespace vecstore {
namespace {

struct HeadNames {
  std::string dense, out;
};

HeadNames names_of(const TransformerConfig& config, const Weights& weights) {
  switch (config.family) {
    case Family::kBert:
      return {model_prefix(weights) + "pooler.dense", "classifier"};
    case Family::kDistilBert:
      return {"pre_classifier", "classifier"};
    case Family::kRoberta:
    case Family::kMpnet:
      break;
  }
  return {"classifier.dense", "classifier.out_proj"};
}

// Floats whatever the precision of the encoder: it is one row for each text.
Result<Linear> make_linear(const Weights& weights, const std::string& name, std::size_t outputs,
                           std::size_t inputs) {
  return Linear::make(weights, {&name, 1}, outputs, inputs, Precision::kFloat);
}

}  // namespace

Result<ClassificationHead> ClassificationHead::make(const TransformerConfig& config,
                                                    const Weights& weights) {
  const HeadNames names = names_of(config, weights);
  VECSTORE_ASSIGN(Linear dense, make_linear(weights, names.dense, config.hidden, config.hidden));
  VECSTORE_ASSIGN(Linear out, make_linear(weights, names.out, 1, config.hidden));
  return ClassificationHead(std::move(dense), std::move(out), config.hidden,
                            config.family != Family::kDistilBert);
}

float ClassificationHead::score(const float* first) const {
  const MatrixKernels& kernels = matrix_kernels();
  std::vector<float> pooled(padded(hidden_)), out(padded(1));
  const TokenRows middle = {pooled.data(), pooled.size()};
  // The kernels only read what they are given from.
  dense_.apply(kernels, {const_cast<float*>(first), padded(hidden_)}, 1, middle, {},
               tanh_ ? Activation::kNone : Activation::kRelu);
  if (tanh_) {
    for (float& x : pooled) x = std::tanh(x);
  }
  out_.apply(kernels, middle, 1, {out.data(), out.size()}, {});
  return out[0];
}

}  // namespace vecstore
