#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <string>
#include <vector>

#include "base/random.h"
#include "simd/kernels.h"

namespace vecstore {
namespace {

using Floats = std::vector<float>;

// Straight from the promise in kernels.h, in the order of additions that all kernels keep.
Floats naive(Floats values, const RotationRound& round) {
  for (std::size_t i = 0; i < round.size; ++i) values[i] *= round.signs[i];
  float* part = &values[round.begin];
  for (std::size_t half = 1; half < round.power; half *= 2) {
    const Floats before(part, part + round.power);
    for (std::size_t i = 0; i < round.power; ++i)
      part[i] = (i & half) == 0 ? before[i] + before[i + half] : before[i - half] - before[i];
  }
  for (std::size_t i = 0; i < round.power; ++i) part[i] *= round.scale;
  const std::size_t half = round.size / 2;
  const float root = std::sqrt(0.5f);
  for (std::size_t i = 0; i < half; ++i) {
    const float low = values[i], high = values[half + i];
    values[i] = (low + high) * root;
    values[half + i] = (low - high) * root;
  }
  return values;
}

class RotateKernels : public testing::TestWithParam<const Kernels*> {};

TEST_P(RotateKernels, give_the_same_bits_as_the_definition) {
  Random random(11);
  for (std::size_t size = 16; size <= 1552; size += size < 160 ? 16 : 240) {
    Floats values(size + 1), signs(size + 1);
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = static_cast<float>(random.normal());
      signs[i] = random.below(2) == 0 ? 1.0f : -1.0f;
    }
    const std::size_t power = std::bit_floor(size);
    for (const std::size_t begin : {std::size_t{0}, size - power}) {
      for (const std::size_t shift : {0u, 1u}) {  // from an address that no vector is aligned to
        const RotationRound round{&signs[shift], size, begin, power,
                                  1 / std::sqrt(static_cast<float>(power))};
        Floats rotated = values;
        GetParam()->rotate(&rotated[shift], round);
        const auto from = values.begin() + static_cast<std::ptrdiff_t>(shift);
        const Floats expected =
            naive(Floats(from, from + static_cast<std::ptrdiff_t>(size)), round);
        for (std::size_t i = 0; i < size; ++i)
          ASSERT_EQ(rotated[shift + i], expected[i]) << size << " " << begin << " " << i;
        const std::size_t outside = shift == 0 ? size : 0;
        EXPECT_EQ(rotated[outside], values[outside]);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, RotateKernels,
                         testing::ValuesIn(supported_kernels().begin(), supported_kernels().end()),
                         [](const auto& given) { return std::string(isa_name(given.param->isa)); });

}  // namespace
}  // namespace vecstore
