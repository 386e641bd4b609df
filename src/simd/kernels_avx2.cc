// AVX2, FMA and F16C (Haswell, Zen and later): 8 floats at a time.
#include <immintrin.h>

#include "simd/kernels-inl.h"
#include "simd/kernels_tables.h"

namespace vecstore {
namespace {

struct Floats {
  static constexpr std::size_t kLanes = 8;
  using Sum = Floats;
  __m256 v;
};
Floats operator+(Floats a, Floats b) { return {_mm256_add_ps(a.v, b.v)}; }
Floats operator-(Floats a, Floats b) { return {_mm256_sub_ps(a.v, b.v)}; }
Floats multiply_add(Floats a, Floats b, Floats c) { return {_mm256_fmadd_ps(a.v, b.v, c.v)}; }
Floats abs(Floats a) { return {_mm256_andnot_ps(_mm256_set1_ps(-0.0f), a.v)}; }
Floats max(Floats a, Floats b) { return {_mm256_max_ps(a.v, b.v)}; }
Floats unequal(Floats a, Floats b) {
  return {_mm256_and_ps(_mm256_cmp_ps(a.v, b.v, _CMP_NEQ_UQ), _mm256_set1_ps(1))};
}
Floats ratio(Floats a, Floats b) {
  const __m256 nonzero = _mm256_cmp_ps(b.v, _mm256_setzero_ps(), _CMP_NEQ_UQ);
  return {_mm256_and_ps(_mm256_div_ps(a.v, b.v), nonzero)};
}
float total(Floats a) {
  const __m128 v4 = _mm_add_ps(_mm256_castps256_ps128(a.v), _mm256_extractf128_ps(a.v, 1));
  const __m128 v2 = _mm_add_ps(v4, _mm_movehl_ps(v4, v4));
  return _mm_cvtss_f32(_mm_add_ss(v2, _mm_movehdup_ps(v2)));
}
float largest(Floats a) {
  const __m128 v4 = _mm_max_ps(_mm256_castps256_ps128(a.v), _mm256_extractf128_ps(a.v, 1));
  const __m128 v2 = _mm_max_ps(v4, _mm_movehl_ps(v4, v4));
  return _mm_cvtss_f32(_mm_max_ss(v2, _mm_movehdup_ps(v2)));
}

// Sixteen bytes, eight, and back, at any alignment.
__m128i load_128(const std::byte* p) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
}
__m128i load_64(const std::byte* p) { return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)); }
void store_128(__m128i a, std::byte* p) { _mm_storeu_si128(reinterpret_cast<__m128i*>(p), a); }

struct F32 {
  using Element = float;
  using Vector = Floats;
  static Floats load(const std::byte* p) {
    return {_mm256_loadu_ps(reinterpret_cast<const float*>(p))};
  }
  static Floats load(const std::byte* p, std::size_t n) {
    return {_mm256_maskload_ps(reinterpret_cast<const float*>(p), first(n))};
  }
  static void store(Floats a, std::byte* p) { _mm256_storeu_ps(reinterpret_cast<float*>(p), a.v); }
  static void store(Floats a, std::byte* p, std::size_t n) {
    _mm256_maskstore_ps(reinterpret_cast<float*>(p), first(n), a.v);
  }
  static __m256i first(std::size_t n) {
    const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(n)), lanes);
  }
};

struct F16 {
  using Element = std::uint16_t;
  using Vector = Floats;
  static Floats load(const std::byte* p) { return {_mm256_cvtph_ps(load_128(p))}; }
  static Floats load(const std::byte* p, std::size_t n) { return load_part<F16>(p, n); }
  static void store(Floats a, std::byte* p) {
    store_128(_mm256_cvtps_ph(a.v, _MM_FROUND_TO_NEAREST_INT), p);
  }
  static void store(Floats a, std::byte* p, std::size_t n) { store_part<F16>(a, p, n); }
};

struct BF16 {
  using Element = std::uint16_t;
  using Vector = Floats;
  static Floats load(const std::byte* p) {
    const __m256i high = _mm256_slli_epi32(_mm256_cvtepu16_epi32(load_128(p)), 16);
    return {_mm256_castsi256_ps(high)};
  }
  static Floats load(const std::byte* p, std::size_t n) { return load_part<BF16>(p, n); }
  static void store(Floats a, std::byte* p) {
    const __m256i code = encode(a);
    store_128(_mm_packus_epi32(_mm256_castsi256_si128(code), _mm256_extracti128_si256(code, 1)), p);
  }
  static void store(Floats a, std::byte* p, std::size_t n) { store_part<BF16>(a, p, n); }

  static __m256i encode(Floats a) {
    const __m256i bits = _mm256_castps_si256(a.v);
    const __m256i high = _mm256_srli_epi32(bits, 16);
    const __m256i odd = _mm256_and_si256(high, _mm256_set1_epi32(1));
    const __m256i half = _mm256_add_epi32(odd, _mm256_set1_epi32(0x7fff));
    const __m256i near = _mm256_srli_epi32(_mm256_add_epi32(bits, half), 16);
    const __m256i quiet = _mm256_or_si256(high, _mm256_set1_epi32(0x40));
    const __m256i nan = _mm256_castps_si256(_mm256_cmp_ps(a.v, a.v, _CMP_UNORD_Q));
    return _mm256_blendv_epi8(near, quiet, nan);
  }
};

struct I8 {
  using Element = std::int8_t;
  using Vector = Floats;
  static Floats load(const std::byte* p) {
    return {_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(load_64(p)))};
  }
  static Floats load(const std::byte* p, std::size_t n) { return load_part<I8>(p, n); }
};

struct Ints {
  __m256i v;
};
Ints operator+(Ints a, Ints b) { return {_mm256_add_epi32(a.v, b.v)}; }
std::int32_t total(Ints a) {
  const __m128i v4 = _mm_add_epi32(_mm256_castsi256_si128(a.v), _mm256_extracti128_si256(a.v, 1));
  const __m128i v2 = _mm_add_epi32(v4, _mm_unpackhi_epi64(v4, v4));
  return _mm_cvtsi128_si32(_mm_add_epi32(v2, _mm_srli_epi64(v2, 32)));
}

struct Shorts {
  static constexpr std::size_t kLanes = 16;
  using Sum = Ints;
  __m256i v;
};
Shorts operator-(Shorts a, Shorts b) { return {_mm256_sub_epi16(a.v, b.v)}; }
Ints multiply_add(Shorts a, Shorts b, Ints c) {
  return {_mm256_add_epi32(_mm256_madd_epi16(a.v, b.v), c.v)};
}

struct I8Shorts {
  using Element = std::int8_t;
  using Vector = Shorts;
  static Shorts load(const std::byte* p) { return {_mm256_cvtepi8_epi16(load_128(p))}; }
  static Shorts load(const std::byte* p, std::size_t n) { return load_part<I8Shorts>(p, n); }
};

struct Counts {
  __m256i v;
};
Counts operator+(Counts a, Counts b) { return {_mm256_add_epi64(a.v, b.v)}; }
float total(Counts a) {
  const __m128i v2 = _mm_add_epi64(_mm256_castsi256_si128(a.v), _mm256_extracti128_si256(a.v, 1));
  return static_cast<float>(_mm_cvtsi128_si64(_mm_add_epi64(v2, _mm_unpackhi_epi64(v2, v2))));
}

struct Bits {
  static constexpr std::size_t kLanes = 32;
  using Sum = Counts;
  __m256i v;
};
Bits operator^(Bits a, Bits b) { return {_mm256_xor_si256(a.v, b.v)}; }
Bits operator|(Bits a, Bits b) { return {_mm256_or_si256(a.v, b.v)}; }

// A shuffle looks up the count of each half byte (Mula); the sum of absolute differences adds
// eight.
Counts ones(Bits a) {
  const __m256i counts = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,  //
                                          0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
  const __m256i nibble = _mm256_set1_epi8(15);
  const __m256i low = _mm256_and_si256(a.v, nibble);
  const __m256i high = _mm256_and_si256(_mm256_srli_epi16(a.v, 4), nibble);
  const __m256i bytes =
      _mm256_add_epi8(_mm256_shuffle_epi8(counts, low), _mm256_shuffle_epi8(counts, high));
  return {_mm256_sad_epu8(bytes, _mm256_setzero_si256())};
}

// Products of 4 by 8 bits fit a short, and so do sums of the few that a byte of the row gives.
template <int kBits>
struct Packed {
  static constexpr std::size_t kBytes = 32;
  __m256i sum = _mm256_setzero_si256();
  void add(const std::byte* row, const std::byte* query, std::size_t stride) {
    const __m256i products =
        of_parts(load(row), query, stride, std::make_integer_sequence<int, 8 / kBits>());
    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(products, _mm256_set1_epi16(1)));
  }
  std::int32_t value() const { return total(Ints{sum}); }

 private:
  template <int... kPart>
  static __m256i of_parts(__m256i all, const std::byte* query, std::size_t stride,
                          std::integer_sequence<int, kPart...>) {
    const __m256i mask = _mm256_set1_epi8((1 << kBits) - 1);
    __m256i products = _mm256_setzero_si256();
    ((products = _mm256_add_epi16(
          products,
          _mm256_maddubs_epi16(_mm256_and_si256(_mm256_srli_epi16(all, kBits * kPart), mask),
                               load(query + kPart * stride)))),
     ...);
    return products;
  }
  static __m256i load(const std::byte* p) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
  }
};

// Two groups at a time. Bytes are added in pairs, as shorts, and the upper ones of the pairs
// besides: taken off at the end, they leave the lower.
struct TableSums {
  static constexpr std::size_t kBytes = 2 * kGroupBytes;
  __m256i low = _mm256_setzero_si256(), low_upper = _mm256_setzero_si256();
  __m256i high = _mm256_setzero_si256(), high_upper = _mm256_setzero_si256();
  void add(const std::byte* group, const std::byte* table) {
    const __m256i mask = _mm256_set1_epi8(15);
    const __m256i both = load(group), values = load(table);
    const __m256i of_low = _mm256_shuffle_epi8(values, _mm256_and_si256(both, mask));
    const __m256i of_high =
        _mm256_shuffle_epi8(values, _mm256_and_si256(_mm256_srli_epi16(both, 4), mask));
    low = _mm256_add_epi16(low, of_low);
    low_upper = _mm256_add_epi16(low_upper, _mm256_srli_epi16(of_low, 8));
    high = _mm256_add_epi16(high, of_high);
    high_upper = _mm256_add_epi16(high_upper, _mm256_srli_epi16(of_high, 8));
  }
  void add_to(std::uint32_t* out) const {
    add_rows(low, low_upper, out);
    add_rows(high, high_upper, out + kGroupBytes);
  }

 private:
  static __m256i load(const std::byte* p) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
  }
  static void add_rows(__m256i both, __m256i odd, std::uint32_t* out) {
    const __m256i even = _mm256_sub_epi16(both, _mm256_slli_epi16(odd, 8));
    add_eight(_mm256_unpacklo_epi16(even, odd), out);
    add_eight(_mm256_unpackhi_epi16(even, odd), out + 8);
  }
  static void add_eight(__m256i sums, std::uint32_t* out) {
    auto* at = reinterpret_cast<__m256i*>(out);
    const __m256i front = _mm256_cvtepu16_epi32(_mm256_castsi256_si128(sums));
    const __m256i back = _mm256_cvtepu16_epi32(_mm256_extracti128_si256(sums, 1));
    _mm256_storeu_si256(at,
                        _mm256_add_epi32(_mm256_loadu_si256(at), _mm256_add_epi32(front, back)));
  }
};

struct Avx2 {
  template <int kBits>
  using Packed = vecstore::Packed<kBits>;
  using TableSums = vecstore::TableSums;
  using Floats = vecstore::Floats;
  using Shorts = vecstore::Shorts;
  using Bits = vecstore::Bits;
  using F32 = vecstore::F32;
  using F16 = vecstore::F16;
  using BF16 = vecstore::BF16;
  using I8 = vecstore::I8;
  using I8Shorts = vecstore::I8Shorts;
  using I8Bytes = I8Shorts;
  using ByteDot = vecstore::ByteDot<Avx2, I8Bytes>;
  struct BitRow {
    using Element = std::uint8_t;
    using Vector = Bits;
    static Bits load(const std::byte* p) {
      return {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))};
    }
    static Bits load(const std::byte* p, std::size_t n) { return load_part<BitRow>(p, n); }
  };
  static constexpr std::size_t kChains = 4;
  static constexpr std::size_t kRows = 2;
  static constexpr std::size_t kRotateLanes = 8;
};

}  // namespace

constinit const Kernels kAvx2Kernels = make_kernels<Avx2>(Isa::kAvx2, bit_kernels<Avx2>());

}  // namespace vecstore
