// The two 16-bit floats, bit by bit: IEEE half (5 bits of exponent, 10 of mantissa) and bfloat16 (8
// and 7, the upper half of a float). Encoding rounds to nearest, ties to even; NaN stays NaN, made
// quiet. For one number; kernels.h has what is fast for many.
#pragma once

#include <bit>
#include <cstdint>

namespace vecstore {

// A half's exponent and mantissa in a float's place are its value divided by 2^112, subnormals too.
constexpr float decode_f16(std::uint16_t half) {
  const std::uint32_t sign = (half & 0x8000u) << 16, magnitude = (half & 0x7fffu) << 13;
  if (magnitude > 0x0f800000) return std::bit_cast<float>(sign | magnitude | 0x7fc00000);
  if (magnitude == 0x0f800000) return std::bit_cast<float>(sign | 0x7f800000);
  const float value = std::bit_cast<float>(magnitude) * 0x1p112f;
  return sign == 0 ? value : -value;
}

constexpr std::uint16_t encode_f16(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t magnitude = bits & 0x7fffffff;
  const auto code = [&]() -> std::uint32_t {
    if (magnitude > 0x7f800000) return 0x7e00 | (magnitude >> 13 & 0x3ff);
    if (magnitude >= 0x47800000)
      return 0x7c00;               // 2^16 and above; just below, the carry leads there
    if (magnitude < 0x38800000) {  // adding 1/2 rounds to 2^-24, the step of the subnormals
      return std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude) + 0.5f) - 0x3f000000;
    }
    return (magnitude - 0x38000000 + 0xfff + (magnitude >> 13 & 1)) >> 13;
  }();
  return static_cast<std::uint16_t>((bits & 0x80000000) >> 16 | code);
}

constexpr float decode_bf16(std::uint16_t high) {
  return std::bit_cast<float>(std::uint32_t{high} << 16);
}

constexpr std::uint16_t encode_bf16(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  if ((bits & 0x7fffffff) > 0x7f800000) return static_cast<std::uint16_t>(bits >> 16 | 0x40);
  return static_cast<std::uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

}  // namespace vecstore
