// AVX2, FMA and AVX-VNNI (Alder Lake, Zen 5 and later).
#include "simd/matrix_avx2-inl.h"

namespace vecstore {
namespace {

struct AvxVnni : Avx2Vectors {
  static constexpr int kByteLimit = 255;
  VECSTORE_INLINE static Ints dot(Ints sum, Ints left, Ints right) {
    return Ints(_mm256_dpbusd_avx_epi32(__m256i(sum), __m256i(left), __m256i(right)));
  }
};

}  // namespace

constinit const MatrixKernels kAvxVnniMatrix = Matrix<AvxVnni>::table(Isa::kAvx2, "avxvnni");

}  // namespace vecstore
