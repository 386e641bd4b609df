// The tables of the single instruction sets. Each is made by a file that is compiled for it, and
// only kernels_on_*.cc, which asks the CPU first, may touch them; everyone else calls kernels().
#pragma once

#include "simd/kernels.h"

namespace vecstore {

extern const Kernels kScalarKernels;
extern const Kernels kAvx2Kernels;        // AVX2, FMA, F16C
extern const Kernels kAvx512Kernels;      // AVX-512 F, BW, DQ, VL, VNNI; its bits are another's
extern const BitKernels kVpopcntKernels;  // AVX-512 BW and VPOPCNTDQ
extern const Kernels kNeonKernels;        // ARMv8

}  // namespace vecstore
