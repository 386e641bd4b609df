// Any CPU without a table of its own.
#include "simd/unpack_tables.h"

namespace vecstore {

const UnpackKernels& unpack_kernels_of(Isa) { return kScalarUnpack; }

}  // namespace vecstore
