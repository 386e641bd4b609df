// A small seeded generator: the same seed gives the same numbers, to the last bit, on every machine
// and in every release, because indexes built from it are compared byte by byte.
//
// xoshiro256** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2018),
// seeded by splitmix64. Not for secrets. One thread at a time.
#pragma once

#include <array>
#include <cstdint>

namespace vecstore {

class Random {
 public:
  explicit Random(std::uint64_t seed);

  std::uint64_t next();

  // Uniform in [0, n) without bias; n must not be 0.
  std::uint64_t below(std::uint64_t n);

  // Uniform in [0, 1), a multiple of 2^-53.
  double uniform();

  // Mean 0, variance 1.
  double normal();

 private:
  std::array<std::uint64_t, 4> state_;
};

}  // namespace vecstore
