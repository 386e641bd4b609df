#include "quant/rotation.h"

#include <bit>
#include <cassert>
#include <cmath>

#include "base/random.h"

namespace vecstore::quant {
namespace {

constexpr std::size_t kRounds = 4;

// The sum and the difference of all pairs `half` apart, for every power of two below the size.
void hadamard(float* values, std::size_t size) {
  for (std::size_t half = 1; half < size; half *= 2) {
    for (std::size_t block = 0; block < size; block += 2 * half) {
      float* low = values + block;
      float* high = low + half;
      for (std::size_t i = 0; i < half; ++i) {
        const float sum = low[i] + high[i];
        high[i] = low[i] - high[i];
        low[i] = sum;
      }
    }
  }
}

void butterfly(float* values, std::size_t half) {
  const float scale = std::sqrt(0.5f);
  for (std::size_t i = 0; i < half; ++i) {
    const float sum = (values[i] + values[i + half]) * scale;
    values[i + half] = (values[i] - values[i + half]) * scale;
    values[i] = sum;
  }
}

}  // namespace

Rotation::Rotation(std::size_t dimension, std::uint64_t seed)
    : dimension_(dimension),
      padded_(padded(dimension)),
      power_(std::bit_floor(padded_)),
      signs_(kRounds * padded_) {
  Random random(seed);
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < signs_.size(); ++i) {
    if (i % 64 == 0) bits = random.next();
    signs_[i] = (bits >> (i % 64) & 1) != 0 ? 1.0f : -1.0f;
  }
}

void Rotation::apply(std::span<float> vector) const {
  assert(vector.size() == padded_);
  float* values = vector.data();
  const float scale = 1.0f / std::sqrt(static_cast<float>(power_));
  for (std::size_t round = 0; round < kRounds; ++round) {
    const float* signs = &signs_[round * padded_];
    for (std::size_t i = 0; i < padded_; ++i) values[i] *= signs[i];
    float* part = round % 2 == 0 ? values : values + (padded_ - power_);
    hadamard(part, power_);
    for (std::size_t i = 0; i < power_; ++i) part[i] *= scale;
    butterfly(values, padded_ / 2);
  }
}

}  // namespace vecstore::quant
