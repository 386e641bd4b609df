#include "simd/unpack.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/random.h"

namespace vecstore {
namespace {

constexpr std::size_t kMost = 128;
constexpr std::size_t kBehind = 8;  // bytes that may be read beyond the numbers

struct Packed {
  Packed(std::size_t count, unsigned bits, Random& random)
      : bytes((count * bits + 7) / 8 + kBehind) {
    for (auto& byte : bytes) byte = static_cast<std::byte>(random.below(256));
    for (std::size_t bit = 0; bit < count * bits; bit += bits) {
      std::uint64_t value = 0;
      for (unsigned b = 0; b < bits; ++b)
        value |= std::uint64_t{(static_cast<unsigned>(bytes[(bit + b) / 8]) >> (bit + b) % 8) & 1}
                 << b;
      numbers.push_back(static_cast<std::uint32_t>(value));
    }
    numbers.resize(count);  // of no bits
  }
  std::vector<std::byte> bytes;  // on the heap and not longer: a tool sees reads beyond the end
  std::vector<std::uint32_t> numbers;
};

TEST(Unpack, every_width_and_count_on_every_instruction_set) {
  Random random(4);
  for (const Kernels* table : supported_kernels()) {
    const UnpackKernels& kernels = unpack_kernels_of(table->isa);
    for (unsigned bits = 0; bits <= 32; ++bits) {
      for (std::size_t count = 1; count <= kMost; ++count) {
        const Packed packed(count, bits, random);
        const auto before = static_cast<std::uint32_t>(random.next());
        std::vector<std::uint32_t> added((count + 7) / 8 * 8), steps(added.size());
        kernels.added(packed.bytes.data(), bits, count, before, added.data());
        kernels.steps(packed.bytes.data(), bits, count, before, steps.data());
        std::uint32_t sum = before;
        for (std::size_t i = 0; i < count; ++i) {
          ASSERT_EQ(added[i], packed.numbers[i] + before) << isa_name(table->isa) << ' ' << bits;
          ASSERT_EQ(steps[i], sum += packed.numbers[i] + 1) << isa_name(table->isa) << ' ' << bits;
        }
      }
    }
  }
}

TEST(Unpack, goes_with_the_other_kernels) {
  EXPECT_EQ(&unpack_kernels(), &unpack_kernels_of(kernels().isa));
}

}  // namespace
}  // namespace vecstore
