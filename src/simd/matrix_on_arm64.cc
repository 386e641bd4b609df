// ARMv8, where NEON is part of every CPU.
#include "simd/matrix_tables.h"

namespace vecstore {

std::span<const MatrixKernels* const> supported_matrix_kernels() {
  static constexpr const MatrixKernels* kAll[] = {&kScalarMatrix, &kNeonMatrix};
  return kAll;
}

}  // namespace vecstore
