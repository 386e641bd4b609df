// Numbers of a fixed number of bits, one after the other from the lowest bit of the first byte.
// simd/unpack.h reads them.
#pragma once

#include <bit>
#include <cstdint>
#include <span>

#include "base/coding.h"

namespace vecstore::text {

inline unsigned bits_needed(std::span<const std::uint32_t> values) {
  std::uint32_t all = 0;
  for (const std::uint32_t value : values) all |= value;
  return static_cast<unsigned>(std::bit_width(all));
}

inline std::size_t packed_bytes(std::size_t count, unsigned bits) { return (count * bits + 7) / 8; }

// `bits` is at most 32 and enough for every value.
inline void pack_bits(std::span<const std::uint32_t> values, unsigned bits, Bytes& out) {
  std::uint64_t pending = 0;
  unsigned held = 0;
  for (const std::uint32_t value : values) {
    pending |= std::uint64_t{value} << held;
    for (held += bits; held >= 8; held -= 8, pending >>= 8)
      put_u8(out, static_cast<std::uint8_t>(pending));
  }
  if (held > 0) put_u8(out, static_cast<std::uint8_t>(pending));
}

}  // namespace vecstore::text
