#include "base/hash.h"

#include <gtest/gtest.h>

#include <set>

namespace vecstore {
namespace {

// Stored hashes must never change: these are XXH3's own published values for empty input and seed
// 0, and ours of today for the rest.
TEST(Hash, is_xxh3_and_stays_so) {
  EXPECT_EQ(hash64({}), 0x2D06800538D394C2u);
  EXPECT_EQ(hash64(as_bytes("a")), 0xE6C632B61E964E1Fu);
  EXPECT_EQ(hash64(as_bytes("abc")), 0x78AF5F94892F3950u);
}

TEST(Hash, differs_by_every_bit_and_by_seed) {
  std::set<std::uint64_t> seen;
  Bytes bytes(40);
  for (std::size_t bit = 0; bit < 320; ++bit) {
    bytes[bit / 8] ^= std::byte{1} << (bit % 8);
    seen.insert(hash64(bytes));
    seen.insert(hash64(bytes, bit + 1));
    bytes[bit / 8] ^= std::byte{1} << (bit % 8);
  }
  EXPECT_EQ(seen.size(), 640u);
}

}  // namespace
}  // namespace vecstore
