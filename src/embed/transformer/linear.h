// A linear layer, packed for the matrix kernels: floats, or bytes that are made here.
//
// Immutable once made, so safe from many threads.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/large_buffer.h"
#include "embed/weights/weights.h"
#include "simd/matrix.h"

namespace vecstore {

enum class Precision : unsigned char {
  kFloat,  // 4 bytes a weight; as the reference implementations within rounding
  kInt8,   // 1 byte a weight, and activations of 8 bits, with a scale for every 128 of them
};

// A row of numbers for each token, `stride` apart.
struct TokenRows {
  float* data;
  std::size_t stride;
  float* row(std::size_t token) const { return data + token * stride; }
};

// Bytes of activations and what they mean, for as many tokens as a layer is given: a scale and a
// zero for each of byte_groups() of a token.
struct QuantizedRows {
  std::uint8_t* data;
  std::size_t stride;
  float* scales;
  std::int32_t* zeros;
};

// Of tensors, in full.
struct LinearNames {
  std::string weight, bias;
};

class Linear {
 public:
  // One or more layers of equal shape that have the same input, side by side; `names` are those of
  // the tensors without ".weight" and ".bias".
  static Result<Linear> make(const Weights& weights, std::span<const std::string> names,
                             std::size_t outputs, std::size_t inputs, Precision precision);

  // One layer whose tensors have names of their own; no `bias`: none.
  static Result<Linear> make(const Weights& weights, const LinearNames& names, std::size_t outputs,
                             std::size_t inputs, Precision precision);

  // out = activation(in * weights + bias). `scratch` is used with bytes only.
  void apply(const MatrixKernels& kernels, TokenRows in, std::size_t tokens, TokenRows out,
             const QuantizedRows& scratch, Activation activation = Activation::kNone) const;

  std::size_t outputs() const { return outputs_; }
  std::size_t memory_bytes() const;

 private:
  Linear() = default;
  Status allocate();
  Status read(const Weights& weights, const LinearNames& names, std::size_t first,
              std::size_t outputs);
  void pack(const LinearMatrix& matrix, std::size_t first, std::size_t outputs);
  BytePanels byte_panels() const;

  Precision precision_ = Precision::kFloat;
  std::size_t inputs_ = 0, outputs_ = 0;  // of all side by side
  LargeBuffer panels_;
  std::vector<float> bias_;
  std::vector<float> scales_;  // with bytes
  std::vector<std::int32_t> sums_;
};

}  // namespace vecstore
