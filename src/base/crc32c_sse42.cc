// The crc32 instruction takes three cycles for eight bytes but starts anew every cycle. So the
// bytes go in as three stripes side by side, whose checksums are then put together: that of a
// stripe followed by n zero bytes is the checksum times x^(8n) modulo the polynomial, one
// carry-less multiplication (Gopal et al., "Fast CRC Computation for iSCSI Polynomial", Intel
// 2011).
#include <nmmintrin.h>
#include <wmmintrin.h>

#include "base/coding.h"
#include "base/crc32c_kernels.h"

namespace vecstore {
namespace {

// x^power modulo the polynomial, bits reversed: bit 31 is x^0.
constexpr std::uint32_t power_of_x(std::size_t power) {
  std::uint32_t value = 0x80000000;
  for (; power > 0; --power) value = value >> 1 ^ ((value & 1) != 0 ? 0x82F63B78 : 0);
  return value;
}

std::uint64_t step(std::uint64_t crc, const std::byte* from) {
  return _mm_crc32_u64(crc, load_u64(from));
}

// `crc` times x^(8 * kBytes). The product of two reversed numbers is off by one power of x, and
// reducing it with the crc32 instruction multiplies by x^32.
template <std::size_t kBytes>
std::uint64_t shift(std::uint64_t crc) {
  constexpr std::uint32_t kFactor = power_of_x(8 * kBytes - 33);
  const __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128(static_cast<std::int64_t>(crc)),
                                               _mm_cvtsi64_si128(std::int64_t{kFactor}), 0);
  return _mm_crc32_u64(0, static_cast<std::uint64_t>(_mm_cvtsi128_si64(product)));
}

// Takes as many triples of stripes of kStripe bytes as there are.
template <std::size_t kStripe>
std::uint64_t stripes(ByteView& bytes, std::uint64_t crc) {
  while (bytes.size() >= 3 * kStripe) {
    const std::byte* at = bytes.data();
    std::uint64_t second = 0;
    std::uint64_t third = 0;
    for (const std::byte* end = at + kStripe; at < end; at += 8) {
      crc = step(crc, at);
      second = step(second, at + kStripe);
      third = step(third, at + 2 * kStripe);
    }
    crc = shift<2 * kStripe>(crc) ^ shift<kStripe>(second) ^ third;
    bytes = bytes.subspan(3 * kStripe);
  }
  return crc;
}

// Three long stripes fill a page of 4 KiB but for 64 bytes.
std::uint32_t crc32c_sse42(ByteView bytes, std::uint32_t seed) {
  std::uint64_t crc = ~seed;
  crc = stripes<1344>(bytes, crc);
  crc = stripes<168>(bytes, crc);
  for (; bytes.size() >= 8; bytes = bytes.subspan(8)) crc = step(crc, bytes.data());
  auto last = static_cast<std::uint32_t>(crc);
  for (std::byte b : bytes) last = _mm_crc32_u8(last, std::to_integer<unsigned char>(b));
  return ~last;
}

constexpr Crc32cKernel kKernel = {"sse42", crc32c_sse42};

}  // namespace

const Crc32cKernel* crc32c_instruction() {
  const bool here = __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul");
  return here ? &kKernel : nullptr;
}

}  // namespace vecstore
