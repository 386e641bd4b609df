// The tables of the single instruction sets: see kernels_tables.h.
#pragma once

#include "simd/unpack.h"

namespace vecstore {

extern const UnpackKernels kScalarUnpack;
extern const UnpackKernels kAvx2Unpack;

}  // namespace vecstore
