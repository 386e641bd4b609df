// A round of a random rotation (quant/rotation.h), written once for vectors of any width. Each
// number is made by the same additions in the same order whatever the width, so that all
// instruction sets give the same bits. Included by the files of the instruction sets alone, see
// kernels-inl.h.
#pragma once

#include <utility>

#include "simd/kernels.h"

namespace vecstore {
namespace {

template <std::size_t kLanes>
struct Rotate {
  typedef float Lanes __attribute__((vector_size(kLanes * sizeof(float))));

  static Lanes load(const float* p) {
    Lanes v;
    __builtin_memcpy(&v, p, sizeof v);
    return v;
  }
  static void store(Lanes v, float* p) { __builtin_memcpy(p, &v, sizeof v); }

  // Sums in the lanes whose bit kHalf is 0, differences in those it is 1 in.
  template <std::size_t kHalf, std::size_t... i>
  __attribute__((always_inline)) static Lanes sums_and_differences(Lanes v,
                                                                   std::index_sequence<i...>) {
    const Lanes signs = {((i & kHalf) == 0 ? 1.0f : -1.0f)...};
    return __builtin_shufflevector(v, v, (i ^ kHalf)...) + v * signs;
  }

  template <std::size_t kHalf = 1>
  __attribute__((always_inline)) static Lanes within(Lanes v) {
    if constexpr (kHalf < kLanes) {
      return within<2 * kHalf>(sums_and_differences<kHalf>(v, std::make_index_sequence<kLanes>()));
    } else {
      return v;
    }
  }

  // Pairs `half` apart, then pairs 2 half apart, while the numbers are in registers.
  static void two_steps(float* values, std::size_t size, std::size_t half) {
    for (std::size_t block = 0; block < size; block += 4 * half) {
      for (std::size_t i = block; i < block + half; i += kLanes) {
        float* at = values + i;
        const Lanes a = load(at), b = load(at + half);
        const Lanes c = load(at + 2 * half), d = load(at + 3 * half);
        const Lanes sum = a + b, difference = a - b, other_sum = c + d, other_difference = c - d;
        store(sum + other_sum, at);
        store(difference + other_difference, at + half);
        store(sum - other_sum, at + 2 * half);
        store(difference - other_difference, at + 3 * half);
      }
    }
  }

  // The halves of `size` numbers, a multiple of 2 kLanes; sums and differences times `scale`.
  static void last_step(float* values, std::size_t size, float scale) {
    const std::size_t half = size / 2;
    for (std::size_t i = 0; i < half; i += kLanes) {
      const Lanes a = load(values + i), b = load(values + half + i);
      store((a + b) * scale, values + i);
      store((a - b) * scale, values + half + i);
    }
  }

  // The transform of a power of two that is at least kLanes.
  static void hadamard(float* values, std::size_t size) {
    for (std::size_t i = 0; i < size; i += kLanes) store(within(load(values + i)), values + i);
    std::size_t half = kLanes;
    for (; 4 * half <= size; half *= 4) two_steps(values, size, half);
    if (2 * half == size) last_step(values, size, 1);
  }

  static void times(float* values, std::size_t size, const float* factors) {
    for (std::size_t i = 0; i < size; i += kLanes)
      store(load(values + i) * load(factors + i), values + i);
  }
};

// Halves of 16 n numbers are 8 n: more than eight lanes would leave a rest.
template <std::size_t kLanes>
void rotate(float* values, const RotationRound& round) {
  using Wide = Rotate<kLanes>;
  constexpr float kHalfRoot = 0.70710678118654752f;  // of 1/2
  Wide::times(values, round.size, round.signs);
  float* part = values + round.begin;
  Wide::hadamard(part, round.power);
  for (std::size_t i = 0; i < round.power; i += kLanes)
    Wide::store(Wide::load(part + i) * round.scale, part + i);
  Rotate<(kLanes < 8 ? kLanes : 8)>::last_step(values, round.size, kHalfRoot);
}

}  // namespace
}  // namespace vecstore
