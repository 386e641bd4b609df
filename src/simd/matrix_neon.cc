// NEON of ARMv8-A: 4 floats or 16 bytes at a time.
#include <arm_neon.h>

#include "simd/matrix-inl.h"
#include "simd/matrix_tables.h"

namespace vecstore {
namespace {

struct Neon {
  static constexpr std::size_t kLanes = 4, kVectors = 4;
  static constexpr int kByteLimit = 255;
  typedef float Floats __attribute__((vector_size(16)));
  typedef std::int32_t Ints __attribute__((vector_size(16)));

  VECSTORE_INLINE static Floats fma(Floats a, Floats b, Floats c) {
    return Floats(vfmaq_f32(float32x4_t(c), float32x4_t(a), float32x4_t(b)));
  }
  VECSTORE_INLINE static Floats max(Floats a, Floats b) {
    return Floats(vmaxq_f32(float32x4_t(a), float32x4_t(b)));
  }
  VECSTORE_INLINE static Floats min(Floats a, Floats b) {
    return Floats(vminq_f32(float32x4_t(a), float32x4_t(b)));
  }
  VECSTORE_INLINE static Floats to_floats(Ints a) { return Floats(vcvtq_f32_s32(int32x4_t(a))); }
  VECSTORE_INLINE static float total(Floats a) { return vaddvq_f32(float32x4_t(a)); }
  VECSTORE_INLINE static float largest(Floats a) { return vmaxvq_f32(float32x4_t(a)); }
  VECSTORE_INLINE static Floats spread(const float* p) { return Floats(vld1q_dup_f32(p)); }
  VECSTORE_INLINE static Ints spread_bytes(const std::uint8_t* p) {
    std::int32_t four;
    __builtin_memcpy(&four, p, sizeof four);
    return Ints(vdupq_n_s32(four));
  }
  // ARMv8.0 has no instruction for it: bytes are widened to 16 bits, multiplied to 32 and the four
  // of a lane added in pairs.
  VECSTORE_INLINE static Ints dot(Ints sum, Ints left, Ints right) {
    const uint8x16_t l = vreinterpretq_u8_s32(int32x4_t(left));
    const int8x16_t r = vreinterpretq_s8_s32(int32x4_t(right));
    const int16x8_t l0 = vreinterpretq_s16_u16(vmovl_u8(vget_low_u8(l)));
    const int16x8_t l1 = vreinterpretq_s16_u16(vmovl_u8(vget_high_u8(l)));
    const int16x8_t r0 = vmovl_s8(vget_low_s8(r)), r1 = vmovl_s8(vget_high_s8(r));
    const int32x4_t a = vmull_s16(vget_low_s16(l0), vget_low_s16(r0));
    const int32x4_t b = vmull_s16(vget_high_s16(l0), vget_high_s16(r0));
    const int32x4_t c = vmull_s16(vget_low_s16(l1), vget_low_s16(r1));
    const int32x4_t d = vmull_s16(vget_high_s16(l1), vget_high_s16(r1));
    return sum + Ints(vpaddq_s32(vpaddq_s32(a, b), vpaddq_s32(c, d)));
  }
  VECSTORE_INLINE static void store_bytes(Ints a, std::uint8_t* p) {
    const uint16x4_t shorts = vmovn_u32(vreinterpretq_u32_s32(int32x4_t(a)));
    const uint8x8_t bytes = vmovn_u16(vcombine_u16(shorts, shorts));
    vst1_lane_u32(reinterpret_cast<std::uint32_t*>(p), vreinterpret_u32_u8(bytes), 0);
  }
};

}  // namespace

constinit const MatrixKernels kNeonMatrix = Matrix<Neon>::table(Isa::kNeon, "neon");

}  // namespace vecstore
