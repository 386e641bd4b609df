// 8-bit scalar codes for squared euclidean distances, a scale for each vector.
//
// A vector x becomes y = R(x - mean), R a rotation, and y becomes integers c = round(127 y /
// max|y|). Beside them stand two floats, A = |y|^2 and G = 2 |y|^2 / <c, y>, with which
//
//     |x - q|^2 ~ A + |q'|^2 - G s <c, c_q>,   q' = R(q - mean) ~ s c_q,
//
// exact along y itself, so that long vectors have no bias (the estimator of RaBitQ, Gao and Long
// 2024, for 8 bits). Integer dot products agree on all instruction sets, hence so do codes,
// distances and whatever is built from them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "quant/rotation.h"
#include "simd/kernels.h"

namespace vecstore::quant {

// What a distance is asked from: a query, or a row that was coded.
struct CodeQuery {
  const std::int8_t* codes = nullptr;
  float scale = 0;               // component ~ scale x code
  float squared_norm = 0;        // of the rotated vector
  std::vector<std::int8_t> own;  // the codes, unless they lie in a row
};

class ScalarCode {
 public:
  // `mean` has the vectors' dimension: any value is right, the data's mean is best.
  ScalarCode(std::vector<float> mean, std::uint64_t seed);

  std::size_t dimension() const { return mean_.size(); }
  const std::vector<float>& mean() const { return mean_; }
  // Bytes of a coded row: a multiple of 64.
  std::size_t stride() const { return stride_; }

  // Writes stride() bytes; every byte is set.
  void encode(std::span<const float> vector, std::byte* row) const;

  CodeQuery query(std::span<const float> vector) const;
  // Refers to the row, which must outlive it.
  CodeQuery query_of(const std::byte* row) const;

  // The estimated squared distance; may be a little below zero.
  float distance(const CodeQuery& query, const std::byte* row) const {
    std::int32_t dot;
    dot_(query.codes, row, 0, 1, padded_, &dot);
    const auto* factors = reinterpret_cast<const float*>(row + padded_);
    return factors[0] + query.squared_norm - factors[1] * query.scale * static_cast<float>(dot);
  }

 private:
  std::vector<float> rotated(std::span<const float> vector) const;

  std::vector<float> mean_;
  Rotation rotation_;
  std::size_t padded_;
  std::size_t stride_;
  decltype(Int8Kernels::dot) dot_;
};

}  // namespace vecstore::quant
