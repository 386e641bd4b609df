// AVX-512 F, BW, DQ, VL and VNNI (Cascade Lake, Zen 4 and later): 16 floats at a time, tails by
// masks.
#include <immintrin.h>

#include "simd/kernels-inl.h"
#include "simd/kernels_tables.h"

namespace vecstore {
namespace {

// The lowest `lanes` bits.
std::uint64_t mask(std::size_t lanes) { return (std::uint64_t{1} << lanes) - 1; }

struct Floats {
  static constexpr std::size_t kLanes = 16;
  using Sum = Floats;
  __m512 v;
};
Floats operator+(Floats a, Floats b) { return {_mm512_add_ps(a.v, b.v)}; }
Floats operator-(Floats a, Floats b) { return {_mm512_sub_ps(a.v, b.v)}; }
Floats multiply_add(Floats a, Floats b, Floats c) { return {_mm512_fmadd_ps(a.v, b.v, c.v)}; }
Floats abs(Floats a) { return {_mm512_abs_ps(a.v)}; }
Floats max(Floats a, Floats b) { return {_mm512_max_ps(a.v, b.v)}; }
Floats unequal(Floats a, Floats b) {
  const __mmask16 differ = _mm512_cmp_ps_mask(a.v, b.v, _CMP_NEQ_UQ);
  return {_mm512_maskz_mov_ps(differ, _mm512_set1_ps(1))};
}
Floats ratio(Floats a, Floats b) {
  const __mmask16 nonzero = _mm512_cmp_ps_mask(b.v, _mm512_setzero_ps(), _CMP_NEQ_UQ);
  return {_mm512_maskz_mov_ps(nonzero, _mm512_div_ps(a.v, b.v))};
}
float total(Floats a) {
  const __m256 v8 = _mm256_add_ps(_mm512_castps512_ps256(a.v), _mm512_extractf32x8_ps(a.v, 1));
  const __m128 v4 = _mm_add_ps(_mm256_castps256_ps128(v8), _mm256_extractf128_ps(v8, 1));
  const __m128 v2 = _mm_add_ps(v4, _mm_movehl_ps(v4, v4));
  return _mm_cvtss_f32(_mm_add_ss(v2, _mm_movehdup_ps(v2)));
}
float largest(Floats a) {
  const __m256 v8 = _mm256_max_ps(_mm512_castps512_ps256(a.v), _mm512_extractf32x8_ps(a.v, 1));
  const __m128 v4 = _mm_max_ps(_mm256_castps256_ps128(v8), _mm256_extractf128_ps(v8, 1));
  const __m128 v2 = _mm_max_ps(v4, _mm_movehl_ps(v4, v4));
  return _mm_cvtss_f32(_mm_max_ss(v2, _mm_movehdup_ps(v2)));
}

struct F32 {
  using Element = float;
  using Vector = Floats;
  // The empty instruction keeps the numbers in a register. g++ would read them again for each use,
  // and a read of 64 bytes that touches two lines is slow enough for one.
  static Floats load(const std::byte* p) {
    __m512 v = _mm512_loadu_ps(p);
    asm("" : "+v"(v));
    return {v};
  }
  static Floats load(const std::byte* p, std::size_t n) {
    return {_mm512_maskz_loadu_ps(static_cast<__mmask16>(mask(n)), p)};
  }
  static void store(Floats a, std::byte* p) { _mm512_storeu_ps(p, a.v); }
  static void store(Floats a, std::byte* p, std::size_t n) {
    _mm512_mask_storeu_ps(p, static_cast<__mmask16>(mask(n)), a.v);
  }
};

__m256i load_16(const std::byte* p) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
}
__m256i load_16(const std::byte* p, std::size_t n) {
  return _mm256_maskz_loadu_epi16(static_cast<__mmask16>(mask(n)), p);
}
void store_16(__m256i a, std::byte* p) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), a); }
void store_16(__m256i a, std::byte* p, std::size_t n) {
  _mm256_mask_storeu_epi16(p, static_cast<__mmask16>(mask(n)), a);
}

// Sixteen 16-bit codes in memory, `Code` turns them into floats and back.
template <class Code>
struct Half {
  using Element = std::uint16_t;
  using Vector = Floats;
  static Floats load(const std::byte* p) { return Code::decode(load_16(p)); }
  static Floats load(const std::byte* p, std::size_t n) { return Code::decode(load_16(p, n)); }
  static void store(Floats a, std::byte* p) { store_16(Code::encode(a), p); }
  static void store(Floats a, std::byte* p, std::size_t n) { store_16(Code::encode(a), p, n); }
};

struct F16Code {
  static Floats decode(__m256i h) { return {_mm512_cvtph_ps(h)}; }
  static __m256i encode(Floats a) { return _mm512_cvtps_ph(a.v, _MM_FROUND_TO_NEAREST_INT); }
};

struct BF16Code {
  static Floats decode(__m256i h) {
    return {_mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(h), 16))};
  }
  static __m256i encode(Floats a) {
    const __m512i bits = _mm512_castps_si512(a.v);
    const __m512i high = _mm512_srli_epi32(bits, 16);
    const __m512i odd = _mm512_and_si512(high, _mm512_set1_epi32(1));
    const __m512i half = _mm512_add_epi32(odd, _mm512_set1_epi32(0x7fff));
    const __m512i near = _mm512_srli_epi32(_mm512_add_epi32(bits, half), 16);
    const __mmask16 nan = _mm512_cmp_ps_mask(a.v, a.v, _CMP_UNORD_Q);
    const __m512i quiet = _mm512_set1_epi32(0x40);
    return _mm512_cvtepi32_epi16(_mm512_mask_or_epi32(near, nan, high, quiet));
  }
};

struct I8 {
  using Element = std::int8_t;
  using Vector = Floats;
  static Floats widen(__m128i b) { return {_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(b))}; }
  static Floats load(const std::byte* p) {
    return widen(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
  }
  static Floats load(const std::byte* p, std::size_t n) {
    return widen(_mm_maskz_loadu_epi8(static_cast<__mmask16>(mask(n)), p));
  }
};

struct Ints {
  __m512i v;
};
Ints operator+(Ints a, Ints b) { return {_mm512_add_epi32(a.v, b.v)}; }
std::int32_t total(Ints a) {
  const __m256i v8 =
      _mm256_add_epi32(_mm512_castsi512_si256(a.v), _mm512_extracti64x4_epi64(a.v, 1));
  const __m128i v4 = _mm_add_epi32(_mm256_castsi256_si128(v8), _mm256_extracti128_si256(v8, 1));
  const __m128i v2 = _mm_add_epi32(v4, _mm_unpackhi_epi64(v4, v4));
  return _mm_cvtsi128_si32(_mm_add_epi32(v2, _mm_srli_epi64(v2, 32)));
}

struct Shorts {
  static constexpr std::size_t kLanes = 32;
  using Sum = Ints;
  __m512i v;
};
Shorts operator-(Shorts a, Shorts b) { return {_mm512_sub_epi16(a.v, b.v)}; }
Ints multiply_add(Shorts a, Shorts b, Ints c) { return {_mm512_dpwssd_epi32(c.v, a.v, b.v)}; }

struct I8Shorts {
  using Element = std::int8_t;
  using Vector = Shorts;
  static Shorts load(const std::byte* p) {
    return {_mm512_cvtepi8_epi16(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)))};
  }
  static Shorts load(const std::byte* p, std::size_t n) {
    return {_mm512_cvtepi8_epi16(_mm256_maskz_loadu_epi8(static_cast<__mmask32>(mask(n)), p))};
  }
};

// The instruction multiplies unsigned bytes by signed ones: with b + 128 in place of b the sum is
// 128 times that of a too great.
struct Bytes {
  static constexpr std::size_t kLanes = 64;
  using Sum = Ints;
  __m512i v;
};
Ints multiply_add(Bytes a, Bytes b, Ints c) {
  const __m512i high_bits = _mm512_set1_epi8(static_cast<char>(0x80));
  const __m512i excess = _mm512_dpbusd_epi32(_mm512_setzero_si512(), high_bits, a.v);
  return {
      _mm512_sub_epi32(_mm512_dpbusd_epi32(c.v, _mm512_xor_si512(b.v, high_bits), a.v), excess)};
}

struct I8Bytes {
  using Element = std::int8_t;
  using Vector = Bytes;
  static Bytes load(const std::byte* p) { return {_mm512_loadu_si512(p)}; }
  static Bytes load(const std::byte* p, std::size_t n) {
    return {_mm512_maskz_loadu_epi8(mask(n), p)};
  }
};

// The excess is the query's here, hence the same for all rows.
struct LineDot {
  const std::byte* query;
  std::size_t dimension;
  std::int32_t excess = 0;

  LineDot(const std::byte* of, std::size_t size) : query(of), dimension(size) {
    __m512i sum = _mm512_setzero_si512();
    for (std::size_t at = 0; at < dimension; at += 64)
      sum = _mm512_dpbusd_epi32(sum, _mm512_set1_epi8(static_cast<char>(0x80)), load(at));
    excess = total(Ints{sum});
  }
  std::int32_t operator()(const std::byte* row) const {
    const __m512i high_bits = _mm512_set1_epi8(static_cast<char>(0x80));
    __m512i even = _mm512_setzero_si512(), odd = even;
    const auto meet = [&](std::size_t at, __m512i of_query, __m512i sum) {
      const __m512i line = _mm512_xor_si512(_mm512_loadu_si512(row + at), high_bits);
      return _mm512_dpbusd_epi32(sum, line, of_query);
    };
    std::size_t at = 0;
    for (; at + 128 <= dimension; at += 128) {
      even = meet(at, _mm512_loadu_si512(query + at), even);
      odd = meet(at + 64, _mm512_loadu_si512(query + at + 64), odd);
    }
    for (; at < dimension; at += 64) even = meet(at, load(at), even);
    return total(Ints{_mm512_add_epi32(even, odd)}) - excess;
  }

 private:
  // Zero behind the last number, whatever a row has there.
  __m512i load(std::size_t at) const {
    const std::size_t left = dimension - at;
    if (left >= 64) return _mm512_loadu_si512(query + at);
    return _mm512_maskz_loadu_epi8(mask(left), query + at);
  }
};

// Two sums, so that one need not wait for the other.
template <int kBits>
struct Packed {
  static constexpr std::size_t kBytes = 64;
  __m512i sums[2] = {_mm512_setzero_si512(), _mm512_setzero_si512()};
  void add(const std::byte* row, const std::byte* query, std::size_t stride) {
    add_parts(_mm512_loadu_si512(row), query, stride, std::make_integer_sequence<int, 8 / kBits>());
  }
  std::int32_t value() const { return total(Ints{_mm512_add_epi32(sums[0], sums[1])}); }

 private:
  template <int... kPart>
  void add_parts(__m512i all, const std::byte* query, std::size_t stride,
                 std::integer_sequence<int, kPart...>) {
    const __m512i mask = _mm512_set1_epi8((1 << kBits) - 1);
    ((sums[kPart % 2] = _mm512_dpbusd_epi32(
          sums[kPart % 2], _mm512_and_si512(_mm512_srli_epi16(all, kBits * kPart), mask),
          _mm512_loadu_si512(query + kPart * stride))),
     ...);
  }
};

// As of AVX2, four groups at a time.
struct TableSums {
  static constexpr std::size_t kBytes = 4 * kGroupBytes;
  __m512i low = _mm512_setzero_si512(), low_upper = _mm512_setzero_si512();
  __m512i high = _mm512_setzero_si512(), high_upper = _mm512_setzero_si512();
  void add(const std::byte* group, const std::byte* table) {
    const __m512i mask = _mm512_set1_epi8(15);
    const __m512i both = _mm512_loadu_si512(group), values = _mm512_loadu_si512(table);
    const __m512i of_low = _mm512_shuffle_epi8(values, _mm512_and_si512(both, mask));
    const __m512i of_high =
        _mm512_shuffle_epi8(values, _mm512_and_si512(_mm512_srli_epi16(both, 4), mask));
    low = _mm512_add_epi16(low, of_low);
    low_upper = _mm512_add_epi16(low_upper, _mm512_srli_epi16(of_low, 8));
    high = _mm512_add_epi16(high, of_high);
    high_upper = _mm512_add_epi16(high_upper, _mm512_srli_epi16(of_high, 8));
  }
  void add_to(std::uint32_t* out) const {
    add_rows(low, low_upper, out);
    add_rows(high, high_upper, out + kGroupBytes);
  }

 private:
  static void add_rows(__m512i both, __m512i odd, std::uint32_t* out) {
    const __m512i even = _mm512_sub_epi16(both, _mm512_slli_epi16(odd, 8));
    add_eight(_mm512_unpacklo_epi16(even, odd), out);
    add_eight(_mm512_unpackhi_epi16(even, odd), out + 8);
  }
  static void add_eight(__m512i sums, std::uint32_t* out) {
    auto* at = reinterpret_cast<__m256i*>(out);
    const __m512i twice =
        _mm512_add_epi32(_mm512_cvtepu16_epi32(_mm512_castsi512_si256(sums)),
                         _mm512_cvtepu16_epi32(_mm512_extracti64x4_epi64(sums, 1)));
    const __m256i once =
        _mm256_add_epi32(_mm512_castsi512_si256(twice), _mm512_extracti64x4_epi64(twice, 1));
    _mm256_storeu_si256(at, _mm256_add_epi32(_mm256_loadu_si256(at), once));
  }
};

struct Avx512 {
  template <int kBits>
  using Packed = vecstore::Packed<kBits>;
  using TableSums = vecstore::TableSums;
  using Floats = vecstore::Floats;
  using Shorts = vecstore::Shorts;
  using F32 = vecstore::F32;
  using F16 = Half<F16Code>;
  using BF16 = Half<BF16Code>;
  using I8 = vecstore::I8;
  using I8Shorts = vecstore::I8Shorts;
  using I8Bytes = vecstore::I8Bytes;
  using ByteDot = LineDot;
  static constexpr std::size_t kChains = 4;
  static constexpr std::size_t kRows = 4;
  static constexpr std::size_t kRotateLanes = 16;
};

}  // namespace

// kernels_on_x86.cc chooses the kernels for bits.
constinit const Kernels kAvx512Kernels = make_kernels<Avx512>(Isa::kAvx512, BitKernels{});

}  // namespace vecstore
