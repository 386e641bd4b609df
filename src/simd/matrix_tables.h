// The matrix tables of the single instruction sets: see kernels_tables.h.
#pragma once

#include "simd/matrix.h"

namespace vecstore {

extern const MatrixKernels kScalarMatrix;
extern const MatrixKernels kAvx2Matrix;     // AVX2, FMA: bytes of 7 bits, whose sums of two fit 16
extern const MatrixKernels kAvxVnniMatrix;  // and AVX-VNNI
extern const MatrixKernels kAvx512Matrix;   // AVX-512 F, BW, DQ, VL, VNNI
extern const MatrixKernels kNeonMatrix;     // ARMv8

}  // namespace vecstore
