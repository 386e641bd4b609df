#include "simd/unpack.h"

#include <array>
#include <utility>

#include "base/coding.h"
#include "simd/unpack_tables.h"

namespace vecstore {
namespace {

// A sum that follows the one before it by two additions, not by as many as there are numbers
// between.
void add_up(std::uint32_t& before, std::uint32_t* of_four) {
  of_four[0] += 1;
  of_four[1] += 1 + of_four[0];
  const std::uint32_t last_two = of_four[2] + of_four[3] + 2;
  of_four[2] += 1 + of_four[1];
  of_four[3] = of_four[1] + last_two;
  for (unsigned i = 0; i < 4; ++i) of_four[i] += before;
  before = of_four[3];
}

// Eight numbers of kBits each fill kBits bytes: every place in them is known to the compiler.
template <unsigned kBits, bool kSteps>
void groups_of_eight(const std::byte* from, std::size_t groups, std::uint32_t before,
                     std::uint32_t* out) {
  constexpr std::uint64_t kMask = (std::uint64_t{1} << kBits) - 1;
  for (std::size_t g = 0; g < groups; ++g, from += kBits, out += 8) {
    for (unsigned i = 0; i < 8; ++i) {
      const std::uint64_t word = load_u64(from + i * kBits / 8) >> (i * kBits % 8);
      out[i] = static_cast<std::uint32_t>(word & kMask) + (kSteps ? 0 : before);
    }
    if constexpr (kSteps) {
      add_up(before, out);
      add_up(before, out + 4);
    }
  }
}

using GroupsOfEight = void (*)(const std::byte*, std::size_t, std::uint32_t, std::uint32_t*);
template <bool kSteps, std::size_t... kBits>
constexpr std::array<GroupsOfEight, sizeof...(kBits)> by_bits(std::index_sequence<kBits...>) {
  return {&groups_of_eight<kBits, kSteps>...};
}
template <bool kSteps>
constexpr auto kByBits = by_bits<kSteps>(std::make_index_sequence<33>());

template <bool kSteps>
void unpack(const std::byte* from, unsigned bits, std::size_t count, std::uint32_t before,
            std::uint32_t* out) {
  const std::size_t groups = count / 8;
  kByBits<kSteps>[bits](from, groups, before, out);
  const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
  if (kSteps && groups > 0) before = out[groups * 8 - 1];
  for (std::size_t i = groups * 8, bit = i * bits; i < count; ++i, bit += bits) {
    out[i] = before + static_cast<std::uint32_t>(load_u64(from + bit / 8) >> (bit % 8) & mask);
    if (kSteps) before = ++out[i];
  }
}

}  // namespace

constinit const UnpackKernels kScalarUnpack = {&unpack<false>, &unpack<true>};

const UnpackKernels& unpack_kernels() {
  static const UnpackKernels& chosen = unpack_kernels_of(kernels().isa);
  return chosen;
}

}  // namespace vecstore
