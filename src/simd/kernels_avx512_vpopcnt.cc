// Packed bits with VPOPCNTDQ (Ice Lake, Zen 4 and later): 512 of them counted by one instruction.
#include <immintrin.h>

#include "simd/kernels-inl.h"
#include "simd/kernels_tables.h"

namespace vecstore {
namespace {

struct Counts {
  __m512i v;
};
Counts operator+(Counts a, Counts b) { return {_mm512_add_epi64(a.v, b.v)}; }
float total(Counts a) {
  const __m256i v4 =
      _mm256_add_epi64(_mm512_castsi512_si256(a.v), _mm512_extracti64x4_epi64(a.v, 1));
  const __m128i v2 = _mm_add_epi64(_mm256_castsi256_si128(v4), _mm256_extracti128_si256(v4, 1));
  return static_cast<float>(_mm_cvtsi128_si64(_mm_add_epi64(v2, _mm_unpackhi_epi64(v2, v2))));
}

struct Bits {
  static constexpr std::size_t kLanes = 64;
  using Sum = Counts;
  __m512i v;
};
Bits operator^(Bits a, Bits b) { return {_mm512_xor_si512(a.v, b.v)}; }
Bits operator|(Bits a, Bits b) { return {_mm512_or_si512(a.v, b.v)}; }
Counts ones(Bits a) { return {_mm512_popcnt_epi64(a.v)}; }

struct Vpopcnt {
  using Bits = vecstore::Bits;
  struct BitRow {
    using Element = std::uint8_t;
    using Vector = Bits;
    static Bits load(const std::byte* p) { return {_mm512_loadu_si512(p)}; }
    static Bits load(const std::byte* p, std::size_t n) {
      return {_mm512_maskz_loadu_epi8((std::uint64_t{1} << n) - 1, p)};
    }
  };
  static constexpr std::size_t kChains = 4;
  static constexpr std::size_t kRows = 4;
};

}  // namespace

constinit const BitKernels kVpopcntKernels = bit_kernels<Vpopcnt>();

}  // namespace vecstore
