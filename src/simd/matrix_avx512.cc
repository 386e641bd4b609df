// AVX-512 with VNNI (Ice Lake, Zen 4 and later): 16 floats or 64 bytes at a time.
#include <immintrin.h>

#include "simd/matrix-inl.h"
#include "simd/matrix_tables.h"

namespace vecstore {
namespace {

struct Avx512 {
  static constexpr std::size_t kLanes = 16, kVectors = 4;
  static constexpr int kByteLimit = 255;
  typedef float Floats __attribute__((vector_size(64)));
  typedef std::int32_t Ints __attribute__((vector_size(64)));

  VECSTORE_INLINE static Floats fma(Floats a, Floats b, Floats c) {
    return Floats(_mm512_fmadd_ps(__m512(a), __m512(b), __m512(c)));
  }
  VECSTORE_INLINE static Floats max(Floats a, Floats b) {
    return Floats(_mm512_max_ps(__m512(a), __m512(b)));
  }
  VECSTORE_INLINE static Floats min(Floats a, Floats b) {
    return Floats(_mm512_min_ps(__m512(a), __m512(b)));
  }
  VECSTORE_INLINE static Floats to_floats(Ints a) { return Floats(_mm512_cvtepi32_ps(__m512i(a))); }
  VECSTORE_INLINE static float total(Floats a) { return _mm512_reduce_add_ps(__m512(a)); }
  VECSTORE_INLINE static float largest(Floats a) { return _mm512_reduce_max_ps(__m512(a)); }

  // The empty assembler lines keep compilers from loading the number again in each multiply-add
  // that it goes to, which would be more loads than a core can do.
  VECSTORE_INLINE static Floats spread(const float* p) {
    auto x = Floats(_mm512_set1_ps(*p));
    asm("" : "+v"(x));
    return x;
  }
  VECSTORE_INLINE static Ints spread_bytes(const std::uint8_t* p) {
    int four;
    __builtin_memcpy(&four, p, sizeof four);
    auto x = Ints(_mm512_set1_epi32(four));
    asm("" : "+v"(x));
    return x;
  }
  VECSTORE_INLINE static Ints dot(Ints sum, Ints left, Ints right) {
    return Ints(_mm512_dpbusd_epi32(__m512i(sum), __m512i(left), __m512i(right)));
  }
  VECSTORE_INLINE static void store_bytes(Ints a, std::uint8_t* p) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm512_cvtepi32_epi8(__m512i(a)));
  }
};

}  // namespace

constinit const MatrixKernels kAvx512Matrix = Matrix<Avx512>::table(Isa::kAvx512, "avx512");

}  // namespace vecstore
