// AVX2: eight numbers at a time. Each lane takes the four bytes that its number lies in, shifts it
// down and masks what is above.
#include <immintrin.h>

#include <array>
#include <cstring>

#include "simd/unpack_tables.h"

namespace vecstore {
namespace {

constexpr unsigned kMostBits = 25;  // with up to 7 bits before it a number lies in four bytes

// How eight numbers of some bits lie in a register whose upper half begins `middle` bytes later.
struct Layout {
  alignas(32) std::array<std::int8_t, 32> bytes = {};
  alignas(32) std::array<std::int32_t, 8> shifts = {};
  unsigned middle = 0;
};

constexpr std::array<Layout, kMostBits + 1> layouts() {
  std::array<Layout, kMostBits + 1> all = {};
  for (unsigned bits = 0; bits <= kMostBits; ++bits) {
    all[bits].middle = 4 * bits / 8;
    for (unsigned i = 0; i < 8; ++i) {
      const unsigned bit = i * bits - (i < 4 ? 0 : all[bits].middle * 8);
      all[bits].shifts[i] = static_cast<std::int32_t>(bit % 8);
      for (unsigned b = 0; b < 4; ++b)
        all[bits].bytes[4 * i + b] = static_cast<std::int8_t>((bit / 8 + b) % 16);
    }
  }
  return all;
}
constexpr std::array<Layout, kMostBits + 1> kLayouts = layouts();

__m128i load_16(const std::byte* from) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
}

// Each lane the sum of those up to it.
__m256i sums(__m256i x) {
  x = _mm256_add_epi32(x, _mm256_slli_si256(x, 4));
  x = _mm256_add_epi32(x, _mm256_slli_si256(x, 8));
  const __m256i lower = _mm256_permute2x128_si256(x, x, 0x08);  // the lower half, as the upper
  return _mm256_add_epi32(x, _mm256_shuffle_epi32(lower, 0xff));
}

template <bool kSteps>
class Unpacker {
 public:
  Unpacker(unsigned bits, std::uint32_t before, std::uint32_t* out)
      : middle_(kLayouts[bits].middle),
        bytes_(_mm256_load_si256(reinterpret_cast<const __m256i*>(kLayouts[bits].bytes.data()))),
        shifts_(_mm256_load_si256(reinterpret_cast<const __m256i*>(kLayouts[bits].shifts.data()))),
        mask_(_mm256_set1_epi32((1 << bits) - 1)),
        before_(_mm256_set1_epi32(static_cast<int>(before))),
        out_(out) {}

  // Reads `middle` + 16 bytes.
  void group(const std::byte* from) {
    const __m256i both =
        _mm256_inserti128_si256(_mm256_castsi128_si256(load_16(from)), load_16(from + middle_), 1);
    const __m256i shifted = _mm256_srlv_epi32(_mm256_shuffle_epi8(both, bytes_), shifts_);
    __m256i numbers = _mm256_and_si256(shifted, mask_);
    if constexpr (kSteps) {
      numbers = sums(_mm256_add_epi32(numbers, _mm256_set1_epi32(1)));
      const __m256i last = _mm256_permutevar8x32_epi32(numbers, _mm256_set1_epi32(7));
      numbers = _mm256_add_epi32(numbers, before_);
      before_ = _mm256_add_epi32(before_, last);
    } else {
      numbers = _mm256_add_epi32(numbers, before_);
    }
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out_), numbers);
    out_ += 8;
  }

 private:
  unsigned middle_;
  __m256i bytes_, shifts_, mask_, before_;
  std::uint32_t* out_;
};

template <bool kSteps>
void unpack(const std::byte* from, unsigned bits, std::size_t count, std::uint32_t before,
            std::uint32_t* out) {
  if (bits > kMostBits) {
    return (kSteps ? kScalarUnpack.steps : kScalarUnpack.added)(from, bits, count, before, out);
  }
  const std::size_t groups = (count + 7) / 8;
  const std::size_t bytes = (count * bits + 7) / 8 + 8;  // there to be read
  Unpacker<kSteps> unpacker(bits, before, out);
  std::size_t g = 0, at = 0;
  for (; g < groups && at + kLayouts[bits].middle + 16 <= bytes; ++g, at += bits)
    unpacker.group(from + at);
  if (g == groups) return;
  std::array<std::byte, 64> tail = {};  // less than 28 bytes are left: with room behind them
  std::memcpy(tail.data(), from + at, bytes - at);
  for (const std::byte* in = tail.data(); g < groups; ++g, in += bits) unpacker.group(in);
}

}  // namespace

constinit const UnpackKernels kAvx2Unpack = {&unpack<false>, &unpack<true>};

}  // namespace vecstore
