// A random rotation, so that the energy of a vector is spread evenly over its components whatever
// the data: what rounding to a few bits loses then does not depend on the axes the data came with.
//
// Rounds of random signs, Hadamard transforms of the largest power of two that fits (once on the
// front, once on the back) and a butterfly between the halves: O(d log d), no padding to a power of
// two. Orthogonal up to rounding; the same on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "simd/kernels.h"

namespace vecstore::quant {

class Rotation {
 public:
  // For vectors of `dimension` >= 1 components. The same dimension and seed give the same rotation.
  Rotation(std::size_t dimension, std::uint64_t seed);

  std::size_t dimension() const { return dimension_; }
  // Of the result: the dimension, rounded up to a multiple of 16.
  std::size_t padded() const { return padded_; }
  static std::size_t padded(std::size_t dimension) { return (dimension + 15) / 16 * 16; }

  // In place, on padded() floats; those beyond dimension() are zero before.
  void apply(std::span<float> vector) const;

 private:
  std::size_t dimension_;
  std::size_t padded_;
  std::size_t power_;         // the largest power of two up to padded_
  std::vector<float> signs_;  // kRounds x padded_
  RotateKernel rotate_;
};

}  // namespace vecstore::quant
