#include "simd/half.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace vecstore {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

// The value by the standard's formula, for finite codes.
double value_of_f16(int code) {
  const int exponent = code >> 10 & 31, implied = exponent == 0 ? 0 : 1024;
  const double magnitude = std::ldexp(implied + (code & 1023), std::max(exponent, 1) - 25);
  return code & 0x8000 ? -magnitude : magnitude;
}

double value_of_bf16(int code) {
  const int exponent = code >> 7 & 255, implied = exponent == 0 ? 0 : 128;
  const double magnitude = std::ldexp(implied + (code & 127), std::max(exponent, 1) - 134);
  return code & 0x8000 ? -magnitude : magnitude;
}

struct Format {
  float (*decode)(std::uint16_t);
  std::uint16_t (*encode)(float);
  double (*value_of)(int code);
  int infinity, quiet;
};
constexpr Format kFormats[] = {{decode_f16, encode_f16, value_of_f16, 0x7c00, 0x200},
                               {decode_bf16, encode_bf16, value_of_bf16, 0x7f80, 0x40}};

TEST(Half, every_code_decodes_to_its_value_and_encodes_back) {
  for (const Format& format : kFormats) {
    for (int i = 0; i < 65536; ++i) {
      const auto code = static_cast<std::uint16_t>(i);
      const float value = format.decode(code);
      const int magnitude = i & 0x7fff;
      ASSERT_EQ(std::signbit(value), i >= 0x8000) << i;
      if (magnitude > format.infinity) {
        ASSERT_TRUE(std::isnan(value)) << i;
        ASSERT_EQ(format.encode(value), i | format.quiet) << i;
        continue;
      }
      const double want = magnitude == format.infinity ? kInfinity : std::abs(format.value_of(i));
      ASSERT_EQ(std::abs(value), want) << i;
      ASSERT_EQ(format.encode(value), i) << i;
    }
  }
}

// Infinity stands where the next number would be.
TEST(Half, encoding_rounds_to_nearest_and_halfway_to_even) {
  for (const Format& format : kFormats) {
    for (int code = 0; code < format.infinity; ++code) {
      const auto middle =
          static_cast<float>((format.value_of(code) + format.value_of(code + 1)) / 2);
      ASSERT_EQ(format.encode(middle), code % 2 == 0 ? code : code + 1) << code;
      ASSERT_EQ(format.encode(std::nextafter(middle, 0.0f)), code) << code;
      ASSERT_EQ(format.encode(std::nextafter(middle, kInfinity)), code + 1) << code;
      ASSERT_EQ(format.encode(-middle), 0x8000 | (code % 2 == 0 ? code : code + 1)) << code;
    }
  }
}

TEST(Half, numbers_outside_the_range_become_infinity_or_zero) {
  EXPECT_EQ(encode_f16(65519.996f), 0x7bff);
  EXPECT_EQ(encode_f16(65520), 0x7c00);
  EXPECT_EQ(encode_f16(-1e30f), 0xfc00);
  EXPECT_EQ(encode_f16(kInfinity), 0x7c00);
  EXPECT_EQ(encode_f16(-1e-9f), 0x8000);
  EXPECT_EQ(encode_bf16(std::numeric_limits<float>::max()), 0x7f80);
  EXPECT_EQ(encode_bf16(std::numeric_limits<float>::denorm_min()), 0);
}

TEST(Half, a_signalling_nan_becomes_quiet) {
  const auto signalling = std::bit_cast<float>(0x7f800001u);
  EXPECT_EQ(encode_f16(signalling), 0x7e00);
  EXPECT_EQ(encode_bf16(signalling), 0x7fc0);
}

}  // namespace
}  // namespace vecstore
