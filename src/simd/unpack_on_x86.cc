// x86-64. A block of postings is too short for wider registers than those of AVX2.
#include "simd/unpack_tables.h"

namespace vecstore {

const UnpackKernels& unpack_kernels_of(Isa isa) {
  return isa == Isa::kScalar ? kScalarUnpack : kAvx2Unpack;
}

}  // namespace vecstore
