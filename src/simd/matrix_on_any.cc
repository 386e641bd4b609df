// Any CPU.
#include "simd/matrix_tables.h"

namespace vecstore {

std::span<const MatrixKernels* const> supported_matrix_kernels() {
  static constexpr const MatrixKernels* kAll[] = {&kScalarMatrix};
  return kAll;
}

}  // namespace vecstore
