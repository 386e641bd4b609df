// ARMv8, where NEON is part of every CPU.
#include "simd/kernels_tables.h"

namespace vecstore {

std::span<const Kernels* const> supported_kernels() {
  static constexpr const Kernels* kAll[] = {&kScalarKernels, &kNeonKernels};
  return kAll;
}

}  // namespace vecstore
