#include "quant/rotation.h"

#include <bit>
#include <cassert>
#include <cmath>

#include "base/random.h"

namespace vecstore::quant {
namespace {

constexpr std::size_t kRounds = 4;

}  // namespace

Rotation::Rotation(std::size_t dimension, std::uint64_t seed)
    : dimension_(dimension),
      padded_(padded(dimension)),
      power_(std::bit_floor(padded_)),
      signs_(kRounds * padded_),
      rotate_(kernels().rotate) {
  Random random(seed);
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < signs_.size(); ++i) {
    if (i % 64 == 0) bits = random.next();
    signs_[i] = (bits >> (i % 64) & 1) != 0 ? 1.0f : -1.0f;
  }
}

void Rotation::apply(std::span<float> vector) const {
  assert(vector.size() == padded_);
  for (std::size_t round = 0; round < kRounds; ++round)
    rotate_(vector.data(), {.signs = &signs_[round * padded_],
                            .size = padded_,
                            .begin = round % 2 == 0 ? 0 : padded_ - power_,
                            .power = power_,
                            .scale = 1.0f / std::sqrt(static_cast<float>(power_))});
}

}  // namespace vecstore::quant
