#include "base/crc32c.h"

#include <gtest/gtest.h>

#include "base/coding.h"
#include "base/random.h"

namespace vecstore {
namespace {

Bytes random_bytes(std::size_t size, Random& random) {
  Bytes bytes(size);
  for (std::byte& b : bytes) b = static_cast<std::byte>(random.next());
  return bytes;
}

std::uint32_t bit_by_bit(ByteView bytes) {
  std::uint32_t crc = ~std::uint32_t{0};
  for (std::byte b : bytes) {
    crc ^= std::to_integer<std::uint32_t>(b);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0x82F63B78 : 0);
  }
  return ~crc;
}

// RFC 3720, appendix B.4.
TEST(Crc32c, knows_the_published_values) {
  for (const Crc32cKernel& kernel : crc32c_kernels()) {
    SCOPED_TRACE(std::string(kernel.name));
    EXPECT_EQ(kernel.run(as_bytes("123456789"), 0), 0xE3069283u);
    EXPECT_EQ(kernel.run(Bytes(32, std::byte{0}), 0), 0x8A9136AAu);
    EXPECT_EQ(kernel.run(Bytes(32, std::byte{0xFF}), 0), 0x62A8AB43u);
    EXPECT_EQ(kernel.run({}, 0), 0u);
    EXPECT_EQ(kernel.run({}, 77), 77u);
  }
}

TEST(Crc32c, every_kernel_agrees_with_the_definition_at_every_length) {
  Random random(5);
  const Bytes bytes = random_bytes(9'000, random);
  std::vector<std::size_t> lengths;
  for (std::size_t length = 0; length < 600; ++length) lengths.push_back(length);
  for (std::size_t length : {4031u, 4032u, 4033u, 4095u, 4096u, 4097u, 8064u, 8192u, 8900u}) {
    lengths.push_back(length);
  }
  for (std::size_t length : lengths) {
    const ByteView view = ByteView(bytes).subspan(length % 9, length);
    const std::uint32_t expected = bit_by_bit(view);
    for (const Crc32cKernel& kernel : crc32c_kernels()) {
      ASSERT_EQ(kernel.run(view, 0), expected) << kernel.name << " length " << length;
    }
    ASSERT_EQ(crc32c(view), expected);
  }
}

TEST(Crc32c, the_seed_carries_on_from_what_came_before) {
  Random random(6);
  const Bytes bytes = random_bytes(10'000, random);
  for (const Crc32cKernel& kernel : crc32c_kernels()) {
    const std::uint32_t whole = kernel.run(bytes, 0);
    for (int round = 0; round < 200; ++round) {
      const std::size_t cut = random.below(bytes.size() + 1);
      const std::uint32_t first = kernel.run(ByteView(bytes).first(cut), 0);
      ASSERT_EQ(kernel.run(ByteView(bytes).subspan(cut), first), whole) << kernel.name;
    }
  }
}

#if defined(__x86_64__)
TEST(Crc32c, the_instruction_is_used_where_there_is_one) {
  const bool has = __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul");
  EXPECT_EQ(crc32c_kernels().size(), has ? 2u : 1u);
}
#endif

}  // namespace
}  // namespace vecstore
