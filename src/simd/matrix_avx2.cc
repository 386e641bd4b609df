// AVX2 and FMA (Haswell, Zen and later).
#include "simd/matrix_avx2-inl.h"

namespace vecstore {
namespace {

struct Avx2 : Avx2Vectors {
  // Products of neighbours are added in 16 bits, where 2 * 255 * 127 does not fit but
  // 2 * 127 * 127 does.
  static constexpr int kByteLimit = 127;
  VECSTORE_INLINE static Ints dot(Ints sum, Ints left, Ints right) {
    const __m256i pairs = _mm256_maddubs_epi16(__m256i(left), __m256i(right));
    return sum + Ints(_mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
  }
};

}  // namespace

constinit const MatrixKernels kAvx2Matrix = Matrix<Avx2>::table(Isa::kAvx2, "avx2");

}  // namespace vecstore
