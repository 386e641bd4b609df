#include "embed/transformer/linear.h"

#include <algorithm>
#include <cstring>

namespace vecstore {

Result<Linear> Linear::make(const Weights& weights, std::span<const std::string> names,
                            std::size_t outputs, std::size_t inputs, Precision precision) {
  Linear linear;
  linear.precision_ = precision;
  linear.inputs_ = inputs;
  linear.outputs_ = outputs * names.size();
  VECSTORE_TRY(linear.allocate());
  for (std::size_t i = 0; i < names.size(); ++i) {
    const LinearNames both = {names[i] + ".weight", names[i] + ".bias"};
    VECSTORE_TRY(linear.read(weights, both, i * outputs, outputs));
  }
  return linear;
}

Result<Linear> Linear::make(const Weights& weights, const LinearNames& names, std::size_t outputs,
                            std::size_t inputs, Precision precision) {
  Linear linear;
  linear.precision_ = precision;
  linear.inputs_ = inputs;
  linear.outputs_ = outputs;
  VECSTORE_TRY(linear.allocate());
  VECSTORE_TRY(linear.read(weights, names, 0, outputs));
  return linear;
}

Status Linear::read(const Weights& weights, const LinearNames& names, std::size_t first,
                    std::size_t outputs) {
  VECSTORE_ASSIGN(const LinearMatrix matrix, weights.matrix(names.weight, outputs, inputs_));
  pack(matrix, first, outputs);
  if (names.bias.empty()) return {};
  VECSTORE_ASSIGN(const std::vector<float> bias, weights.vector(names.bias, outputs));
  std::ranges::copy(bias, bias_.begin() + static_cast<std::ptrdiff_t>(first));
  return {};
}

Status Linear::allocate() {
  const bool floats = precision_ == Precision::kFloat;
  const std::size_t depth = floats ? inputs_ * sizeof(float) : byte_depth(inputs_);
  const std::size_t bytes = panel_count(outputs_) * kPanelColumns * depth;
  panels_ = LargeBuffer(bytes);
  if (panels_.bytes().size() != bytes) {
    return resource_exhausted("no memory for " + std::to_string(bytes) + " bytes of weights");
  }
  std::memset(panels_.bytes().data(), 0, bytes);
  bias_.resize(padded(outputs_));
  if (floats) return {};
  scales_.resize(byte_groups(inputs_) * padded(outputs_));
  sums_.resize(scales_.size());
  return {};
}

BytePanels Linear::byte_panels() const {
  return {reinterpret_cast<std::int8_t*>(panels_.bytes().data()),
          const_cast<float*>(scales_.data()), const_cast<std::int32_t*>(sums_.data()),
          padded(outputs_)};
}

// The right side of the product is the layer's matrix turned: inputs by outputs.
void Linear::pack(const LinearMatrix& matrix, std::size_t first, std::size_t outputs) {
  const MatrixView view = matrix.turned ? MatrixView{matrix.numbers.data(), outputs, 1}
                                        : MatrixView{matrix.numbers.data(), 1, inputs_};
  if (precision_ == Precision::kInt8) {
    pack_bytes(view, inputs_, outputs, first, byte_panels());
  } else {
    pack_panels(view, inputs_, outputs, first, reinterpret_cast<float*>(panels_.bytes().data()));
  }
}

void Linear::apply(const MatrixKernels& kernels, TokenRows in, std::size_t tokens, TokenRows out,
                   const QuantizedRows& scratch, Activation activation) const {
  if (precision_ == Precision::kFloat) {
    kernels.multiply({in.data, in.stride, reinterpret_cast<const float*>(panels_.bytes().data()),
                      bias_.data(), out.data, out.stride, tokens, inputs_, outputs_, activation});
    return;
  }
  const std::size_t groups = byte_groups(inputs_);
  for (std::size_t t = 0; t < tokens; ++t) {
    for (std::size_t g = 0; g < groups; ++g) {
      const std::size_t first = g * kByteGroup;
      kernels.quantize(in.row(t) + first, std::min(kByteGroup, inputs_ - first),
                       scratch.data + t * scratch.stride + first, scratch.scales + t * groups + g,
                       scratch.zeros + t * groups + g);
    }
  }
  kernels.multiply_bytes({scratch.data, scratch.stride, scratch.scales, scratch.zeros,
                          byte_panels(), bias_.data(), out.data, out.stride, tokens, inputs_,
                          outputs_, activation});
}

std::size_t Linear::memory_bytes() const {
  return panels_.bytes().size() + 4 * (bias_.size() + scales_.size() + sums_.size());
}

}  // namespace vecstore
