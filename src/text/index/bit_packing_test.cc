#include "text/index/bit_packing.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/random.h"
#include "simd/unpack.h"

namespace vecstore::text {
namespace {

TEST(BitPacking, numbers_of_every_width_come_back) {
  Random random(3);
  for (unsigned bits = 0; bits <= 32; ++bits) {
    for (std::size_t count : {1u, 2u, 7u, 8u, 127u, 128u}) {
      std::vector<std::uint32_t> values(count);
      for (std::uint32_t& value : values)
        value = static_cast<std::uint32_t>(random.next() & ((std::uint64_t{1} << bits) - 1));
      ASSERT_LE(bits_needed(values), bits);
      Bytes packed;
      pack_bits(values, bits, packed);
      ASSERT_EQ(packed.size(), packed_bytes(count, bits));
      packed.resize(packed.size() + 8);
      std::vector<std::uint32_t> back((count + 7) / 8 * 8);
      unpack_kernels().added(packed.data(), bits, count, 0, back.data());
      back.resize(count);
      ASSERT_EQ(back, values) << bits << " bits";
    }
  }
}

TEST(BitPacking, zeros_need_no_bits) {
  EXPECT_EQ(bits_needed(std::vector<std::uint32_t>{0, 0}), 0u);
  EXPECT_EQ(bits_needed(std::vector<std::uint32_t>{0, 0xffffffff}), 32u);
}

}  // namespace
}  // namespace vecstore::text
