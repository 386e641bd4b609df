// The vectors of AVX2 and FMA for matrix-inl.h, but for dot(): 8 floats or 32 bytes at a time.
#pragma once

#include <immintrin.h>

#include "simd/matrix-inl.h"
#include "simd/matrix_tables.h"

namespace vecstore {
namespace {

struct Avx2Vectors {
  static constexpr std::size_t kLanes = 8, kVectors = 2;
  typedef float Floats __attribute__((vector_size(32)));
  typedef std::int32_t Ints __attribute__((vector_size(32)));

  VECSTORE_INLINE static Floats fma(Floats a, Floats b, Floats c) {
    return Floats(_mm256_fmadd_ps(__m256(a), __m256(b), __m256(c)));
  }
  VECSTORE_INLINE static Floats max(Floats a, Floats b) {
    return Floats(_mm256_max_ps(__m256(a), __m256(b)));
  }
  VECSTORE_INLINE static Floats min(Floats a, Floats b) {
    return Floats(_mm256_min_ps(__m256(a), __m256(b)));
  }
  VECSTORE_INLINE static Floats to_floats(Ints a) { return Floats(_mm256_cvtepi32_ps(__m256i(a))); }
  VECSTORE_INLINE static float total(Floats a) {
    const __m128 v4 =
        _mm_add_ps(_mm256_castps256_ps128(__m256(a)), _mm256_extractf128_ps(__m256(a), 1));
    const __m128 v2 = _mm_add_ps(v4, _mm_movehl_ps(v4, v4));
    return _mm_cvtss_f32(_mm_add_ss(v2, _mm_movehdup_ps(v2)));
  }
  VECSTORE_INLINE static float largest(Floats a) {
    const __m128 v4 =
        _mm_max_ps(_mm256_castps256_ps128(__m256(a)), _mm256_extractf128_ps(__m256(a), 1));
    const __m128 v2 = _mm_max_ps(v4, _mm_movehl_ps(v4, v4));
    return _mm_cvtss_f32(_mm_max_ss(v2, _mm_movehdup_ps(v2)));
  }
  VECSTORE_INLINE static Floats spread(const float* p) { return Floats(_mm256_broadcast_ss(p)); }
  VECSTORE_INLINE static Ints spread_bytes(const std::uint8_t* p) {
    int four;
    __builtin_memcpy(&four, p, sizeof four);
    return Ints(_mm256_set1_epi32(four));
  }
  VECSTORE_INLINE static void store_bytes(Ints a, std::uint8_t* p) {
    const __m256i lowest =
        _mm256_setr_epi8(0, 4, 8, 12, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 4, 8, 12,
                         -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    const __m256i bytes = _mm256_shuffle_epi8(__m256i(a), lowest);
    const __m128i both =
        _mm_unpacklo_epi32(_mm256_castsi256_si128(bytes), _mm256_extracti128_si256(bytes, 1));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(p), both);
  }
};

}  // namespace
}  // namespace vecstore
