// Numbers of a fixed number of bits, one after the other from the lowest bit of the first byte.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <utility>

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

namespace unpacking {

// Eight numbers of kBits each fill kBits bytes: every place in them is known to the compiler.
template <unsigned kBits>
void groups_of_eight(const std::byte* from, std::size_t groups, std::uint32_t* out) {
  constexpr std::uint64_t kMask = (std::uint64_t{1} << kBits) - 1;
  for (std::size_t g = 0; g < groups; ++g, from += kBits, out += 8) {
    for (unsigned i = 0; i < 8; ++i)
      out[i] =
          static_cast<std::uint32_t>(load_u64(from + i * kBits / 8) >> (i * kBits % 8) & kMask);
  }
}

using GroupsOfEight = void (*)(const std::byte*, std::size_t, std::uint32_t*);
template <std::size_t... kBits>
constexpr std::array<GroupsOfEight, sizeof...(kBits)> by_bits(std::index_sequence<kBits...>) {
  return {&groups_of_eight<kBits>...};
}
inline constexpr auto kByBits = by_bits(std::make_index_sequence<33>());

}  // namespace unpacking

// `bits` is at most 32. Reads up to 8 bytes beyond the last number: they must be there.
inline void unpack_bits(const std::byte* from, unsigned bits, std::span<std::uint32_t> out) {
  const std::size_t groups = out.size() / 8;
  unpacking::kByBits[bits](from, groups, out.data());
  const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
  std::size_t bit = groups * 8 * bits;
  for (std::uint32_t& value : out.subspan(groups * 8)) {
    value = static_cast<std::uint32_t>(load_u64(from + bit / 8) >> (bit % 8) & mask);
    bit += bits;
  }
}

}  // namespace vecstore::text
