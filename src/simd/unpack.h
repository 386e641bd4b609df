// Numbers of a fixed number of bits, one after the other from the lowest bit of the first byte, as
// lists of postings hold them: as fast as this CPU can, and the same from every instruction set.
#pragma once

#include <cstddef>
#include <cstdint>

#include "simd/kernels.h"

namespace vecstore {

// `count` numbers of `bits` bits, at most 32. Reads up to 8 bytes beyond the last of them, which
// must be there; writes `out` up to the next multiple of 8 numbers. Sums are modulo 2^32.
using UnpackKernel = void (*)(const std::byte* from, unsigned bits, std::size_t count,
                              std::uint32_t before, std::uint32_t* out);

struct UnpackKernels {
  UnpackKernel added;  // out[i] = number i + before
  UnpackKernel steps;  // out[i] = number i + 1 + out[i - 1], the first: + before
};

// What kernels() goes with.
const UnpackKernels& unpack_kernels();

// The best of this build on a CPU that has `isa`.
const UnpackKernels& unpack_kernels_of(Isa isa);

}  // namespace vecstore
