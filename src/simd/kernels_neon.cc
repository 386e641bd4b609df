// NEON of ARMv8-A: 4 floats at a time.
#include <arm_neon.h>

#include "simd/kernels-inl.h"
#include "simd/kernels_tables.h"

namespace vecstore {
namespace {

struct Floats {
  static constexpr std::size_t kLanes = 4;
  using Sum = Floats;
  float32x4_t v;
};
Floats operator+(Floats a, Floats b) { return {vaddq_f32(a.v, b.v)}; }
Floats operator-(Floats a, Floats b) { return {vsubq_f32(a.v, b.v)}; }
Floats multiply_add(Floats a, Floats b, Floats c) { return {vfmaq_f32(c.v, a.v, b.v)}; }
Floats abs(Floats a) { return {vabsq_f32(a.v)}; }
Floats max(Floats a, Floats b) { return {vmaxq_f32(a.v, b.v)}; }
Floats keep(uint32x4_t lanes, float32x4_t a) {
  return {vreinterpretq_f32_u32(vandq_u32(lanes, vreinterpretq_u32_f32(a)))};
}
Floats unequal(Floats a, Floats b) { return keep(vmvnq_u32(vceqq_f32(a.v, b.v)), vdupq_n_f32(1)); }
Floats ratio(Floats a, Floats b) { return keep(vmvnq_u32(vceqzq_f32(b.v)), vdivq_f32(a.v, b.v)); }
float total(Floats a) { return vaddvq_f32(a.v); }
float largest(Floats a) { return vmaxvq_f32(a.v); }

// Loads and stores go by bytes, which need no alignment.
uint8x16_t load_128(const std::byte* p) {
  return vld1q_u8(reinterpret_cast<const std::uint8_t*>(p));
}
uint8x8_t load_64(const std::byte* p) { return vld1_u8(reinterpret_cast<const std::uint8_t*>(p)); }
void store_64(uint16x4_t a, std::byte* p) {
  vst1_u8(reinterpret_cast<std::uint8_t*>(p), vreinterpret_u8_u16(a));
}

struct F32 {
  using Element = float;
  using Vector = Floats;
  static Floats load(const std::byte* p) { return {vreinterpretq_f32_u8(load_128(p))}; }
  static Floats load(const std::byte* p, std::size_t n) { return load_part<F32>(p, n); }
  static void store(Floats a, std::byte* p) {
    vst1q_u8(reinterpret_cast<std::uint8_t*>(p), vreinterpretq_u8_f32(a.v));
  }
  static void store(Floats a, std::byte* p, std::size_t n) { store_part<F32>(a, p, n); }
};

struct F16 {
  using Element = std::uint16_t;
  using Vector = Floats;
  static Floats load(const std::byte* p) { return {vcvt_f32_f16(vreinterpret_f16_u8(load_64(p)))}; }
  static Floats load(const std::byte* p, std::size_t n) { return load_part<F16>(p, n); }
  static void store(Floats a, std::byte* p) {
    store_64(vreinterpret_u16_f16(vcvt_f16_f32(a.v)), p);
  }
  static void store(Floats a, std::byte* p, std::size_t n) { store_part<F16>(a, p, n); }
};

struct BF16 {
  using Element = std::uint16_t;
  using Vector = Floats;
  static Floats load(const std::byte* p) {
    return {vreinterpretq_f32_u32(vshll_n_u16(vreinterpret_u16_u8(load_64(p)), 16))};
  }
  static Floats load(const std::byte* p, std::size_t n) { return load_part<BF16>(p, n); }
  static void store(Floats a, std::byte* p) {
    const uint32x4_t bits = vreinterpretq_u32_f32(a.v);
    const uint32x4_t odd = vandq_u32(vshrq_n_u32(bits, 16), vdupq_n_u32(1));
    const uint32x4_t near = vaddq_u32(bits, vaddq_u32(odd, vdupq_n_u32(0x7fff)));
    const uint32x4_t quiet = vorrq_u32(bits, vdupq_n_u32(0x400000));
    store_64(vshrn_n_u32(vbslq_u32(vceqq_f32(a.v, a.v), near, quiet), 16), p);
  }
  static void store(Floats a, std::byte* p, std::size_t n) { store_part<BF16>(a, p, n); }
};

struct I8 {
  using Element = std::int8_t;
  using Vector = Floats;
  static Floats load(const std::byte* p) {
    std::uint32_t four;
    __builtin_memcpy(&four, p, sizeof four);
    const int16x8_t shorts = vmovl_s8(vreinterpret_s8_u32(vdup_n_u32(four)));
    return {vcvtq_f32_s32(vmovl_s16(vget_low_s16(shorts)))};
  }
  static Floats load(const std::byte* p, std::size_t n) { return load_part<I8>(p, n); }
};

struct Ints {
  int32x4_t v;
};
Ints operator+(Ints a, Ints b) { return {vaddq_s32(a.v, b.v)}; }
std::int32_t total(Ints a) { return vaddvq_s32(a.v); }

struct Shorts {
  static constexpr std::size_t kLanes = 8;
  using Sum = Ints;
  int16x8_t v;
};
Shorts operator-(Shorts a, Shorts b) { return {vsubq_s16(a.v, b.v)}; }
Ints multiply_add(Shorts a, Shorts b, Ints c) {
  return {vmlal_high_s16(vmlal_s16(c.v, vget_low_s16(a.v), vget_low_s16(b.v)), a.v, b.v)};
}

struct I8Shorts {
  using Element = std::int8_t;
  using Vector = Shorts;
  static Shorts load(const std::byte* p) { return {vmovl_s8(vreinterpret_s8_u8(load_64(p)))}; }
  static Shorts load(const std::byte* p, std::size_t n) { return load_part<I8Shorts>(p, n); }
};

struct Counts {
  uint32x4_t v;
};
Counts operator+(Counts a, Counts b) { return {vaddq_u32(a.v, b.v)}; }
float total(Counts a) { return static_cast<float>(vaddvq_u32(a.v)); }

struct Bits {
  static constexpr std::size_t kLanes = 16;
  using Sum = Counts;
  uint8x16_t v;
};
Bits operator^(Bits a, Bits b) { return {veorq_u8(a.v, b.v)}; }
Bits operator|(Bits a, Bits b) { return {vorrq_u8(a.v, b.v)}; }
Counts ones(Bits a) { return {vpaddlq_u16(vpaddlq_u8(vcntq_u8(a.v)))}; }

// Products of 4 by 8 bits fit a short, and so do sums of the few that a byte of the row gives.
template <int kBits>
struct Packed {
  static constexpr std::size_t kBytes = 16;
  int32x4_t sum = vdupq_n_s32(0);
  void add(const std::byte* row, const std::byte* query, std::size_t stride) {
    const uint8x16_t mask = vdupq_n_u8((1 << kBits) - 1);
    const uint8x16_t all = load_128(row);
    int16x8_t front = vdupq_n_s16(0), back = vdupq_n_s16(0);
    for (int shift = 0; shift < 8; shift += kBits, query += stride) {
      const int8x16_t part = vreinterpretq_s8_u8(
          vandq_u8(vshlq_u8(all, vdupq_n_s8(static_cast<std::int8_t>(-shift))), mask));
      const int8x16_t by = vreinterpretq_s8_u8(load_128(query));
      front = vmlal_s8(front, vget_low_s8(part), vget_low_s8(by));
      back = vmlal_high_s8(back, part, by);
    }
    sum = vpadalq_s16(vpadalq_s16(sum, front), back);
  }
  std::int32_t value() const { return vaddvq_s32(sum); }
};

struct TableSums {
  static constexpr std::size_t kBytes = kGroupBytes;
  uint16x8_t sums[4] = {vdupq_n_u16(0), vdupq_n_u16(0), vdupq_n_u16(0), vdupq_n_u16(0)};
  void add(const std::byte* group, const std::byte* table) {
    const uint8x16_t both = load_128(group), values = load_128(table);
    const uint8x16_t low = vqtbl1q_u8(values, vandq_u8(both, vdupq_n_u8(15)));
    const uint8x16_t high = vqtbl1q_u8(values, vshrq_n_u8(both, 4));
    sums[0] = vaddw_u8(sums[0], vget_low_u8(low));
    sums[1] = vaddw_high_u8(sums[1], low);
    sums[2] = vaddw_u8(sums[2], vget_low_u8(high));
    sums[3] = vaddw_high_u8(sums[3], high);
  }
  void add_to(std::uint32_t* out) const {
    for (const uint16x8_t sum : sums) {
      vst1q_u32(out, vaddw_u16(vld1q_u32(out), vget_low_u16(sum)));
      vst1q_u32(out + 4, vaddw_high_u16(vld1q_u32(out + 4), sum));
      out += 8;
    }
  }
};

struct Neon {
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
  using ByteDot = vecstore::ByteDot<Neon, I8Bytes>;
  struct BitRow {
    using Element = std::uint8_t;
    using Vector = Bits;
    static Bits load(const std::byte* p) { return {load_128(p)}; }
    static Bits load(const std::byte* p, std::size_t n) { return load_part<BitRow>(p, n); }
  };
  static constexpr std::size_t kChains = 4;
  static constexpr std::size_t kRows = 4;
  static constexpr std::size_t kRotateLanes = 4;
};

}  // namespace

constinit const Kernels kNeonKernels = make_kernels<Neon>(Isa::kNeon, bit_kernels<Neon>());

}  // namespace vecstore
