// What bounds the scores of a block of postings before k1, b and the average length are known: four
// pairs of a frequency and a length, such that every posting has a frequency no greater and a
// length no smaller than one of them.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

namespace vecstore::text {

// Numbers in one byte with three bits after the first: exact below 16, else within 12.5 %.
constexpr std::uint64_t decode_number(std::uint8_t code) {
  return code < 16 ? code : std::uint64_t{8u + code % 8u} << (code / 8 - 1);
}
constexpr std::uint8_t encode_down(std::uint32_t value) {
  if (value < 16) return static_cast<std::uint8_t>(value);
  const int shift = static_cast<int>(std::bit_width(value)) - 4;
  return static_cast<std::uint8_t>((shift + 1) * 8 + static_cast<int>(value >> shift & 7));
}
constexpr std::uint8_t encode_up(std::uint32_t value) {
  const std::uint8_t code = encode_down(value);
  return decode_number(code) < value ? static_cast<std::uint8_t>(code + 1) : code;
}

struct Impact {
  std::uint32_t frequency = 0;
  std::uint32_t length = 0;
};

struct Impacts {
  static constexpr std::size_t kPairs = 4;
  std::array<std::uint8_t, kPairs> frequencies = {};  // rounded up
  std::array<std::uint8_t, kPairs> lengths = {};      // rounded down

  // At least one posting; reorders them.
  static Impacts of(std::vector<Impact>& postings);
};

}  // namespace vecstore::text
