// Scalar codes of 8, 4, 2 or 1 bits for squared euclidean distances, a scale for each vector.
//
// A vector x becomes y = R(x - mean), R a rotation, and y becomes whole numbers v: of 8 bits
// round(127 y / max|y|), of B = 4, 2 or 1 bits u - (2^B - 1) / 2 with u from 0 to 2^B - 1, at the
// scale for which v points most nearly where y does; of 1 bit these are signs. Beside them stand
// two floats, A = |y|^2 and G = 2 |y|^2 / <v, y>, with which
//
//     |x - q|^2 ~ A + |q'|^2 - G s <v, v_q>,   q' = R(q - mean) ~ s v_q in 8 bits,
//
// exact along y itself, so that long vectors have no bias (the estimator of RaBitQ, Gao and Long
// 2024, for 1 bit and for more). Integer dot products agree on all instruction sets, hence so do
// codes, distances and whatever is built from them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "quant/rotation.h"
#include "simd/kernels.h"

namespace vecstore::quant {

enum class CodeBits : unsigned char { k1 = 1, k2 = 2, k4 = 4, k8 = 8 };
constexpr unsigned width_of(CodeBits bits) { return static_cast<unsigned>(bits); }

// What a distance is asked from: a query, or a row that was coded. Moved only: `codes` point into
// `own`.
struct CodeQuery {
  CodeQuery() = default;
  CodeQuery(CodeQuery&&) = default;
  CodeQuery& operator=(CodeQuery&&) = default;

  const std::int8_t* codes = nullptr;
  float scale = 0;                // component ~ scale x code
  float squared_norm = 0;         // of the rotated vector
  std::int32_t twice_offset = 0;  // below 8 bits: sum of codes x twice what u is more than v
  std::vector<std::int8_t> own;   // the codes, unless they lie in a row
};

class ScalarCode {
 public:
  // `mean` has the vectors' dimension: any value is right, the data's mean is best.
  ScalarCode(std::vector<float> mean, std::uint64_t seed, CodeBits bits = CodeBits::k8);

  std::size_t dimension() const { return mean_.size(); }
  const std::vector<float>& mean() const { return mean_; }
  CodeBits bits() const { return bits_; }
  // Bytes of a coded row: a multiple of 64.
  std::size_t stride() const { return stride_; }
  static std::size_t stride_of(std::size_t dimension, CodeBits bits);
  // How many rows ahead of the one that is compared are worth asking for.
  std::size_t rows_ahead() const { return kLinesAhead * 64 / stride_ + 1; }
  void prefetch(const std::byte* row) const {
    for (std::size_t at = 0; at < stride_; at += 64) __builtin_prefetch(row + at);
  }

  // Writes stride() bytes; every byte is set.
  void encode(std::span<const float> vector, std::byte* row) const;

  CodeQuery query(std::span<const float> vector) const;
  // Of 8 bits. Refers to the row, which must outlive it.
  CodeQuery query_of(const std::byte* row) const;

  // The estimated squared distance; may be a little below zero.
  float distance(const CodeQuery& query, const std::byte* row) const {
    float estimate;
    const std::uint32_t first = 0;
    distances(query, row, {&first, 1}, &estimate);
    return estimate;
  }
  // out[i] belongs to row ids[i] of `rows`, which lie stride() apart.
  void distances(const CodeQuery& query, const std::byte* rows, std::span<const std::uint32_t> ids,
                 float* out) const;

 private:
  std::vector<float> rotated(std::span<const float> vector) const;
  void dots(const CodeQuery& query, const std::byte* rows, std::span<const std::uint32_t> ids,
            std::int32_t* out) const;

  std::vector<float> mean_;
  Rotation rotation_;
  CodeBits bits_;
  std::size_t padded_;
  std::size_t code_bytes_;
  std::size_t stride_;
  ByteKernel byte_dots_;
  PackedKernel packed_dot_;
};

}  // namespace vecstore::quant
