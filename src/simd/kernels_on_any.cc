// Any CPU.
#include "simd/kernels_tables.h"

namespace vecstore {

std::span<const Kernels* const> supported_kernels() {
  static constexpr const Kernels* kAll[] = {&kScalarKernels};
  return kAll;
}

}  // namespace vecstore
