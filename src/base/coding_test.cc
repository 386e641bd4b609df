#include "base/coding.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/random.h"

namespace vecstore {
namespace {

Bytes bytes_of(std::initializer_list<int> values) {
  Bytes bytes;
  for (int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

TEST(Coding, numbers_are_little_endian) {
  Bytes out;
  put_u8(out, 0x01);
  put_u16(out, 0x0302);
  put_u32(out, 0x07060504);
  put_u64(out, 0x0F0E0D0C0B0A0908);
  ASSERT_EQ(out.size(), 15u);
  for (std::size_t i = 0; i < out.size(); ++i) EXPECT_EQ(out[i], std::byte(i + 1));
}

TEST(Coding, what_was_put_is_read) {
  Bytes out;
  put_f32(out, -1.5f);
  put_f64(out, 1e300);
  put_string(out, "h\xC3\xA9");
  put_bytes(out, as_bytes("xyz"));
  ByteReader in(out);
  EXPECT_EQ(in.f32(), -1.5f);
  EXPECT_EQ(in.f64(), 1e300);
  EXPECT_EQ(in.string(), "h\xC3\xA9");
  EXPECT_EQ(in.remaining(), 3u);
  EXPECT_FALSE(in.at_end());
  EXPECT_EQ(as_text(in.bytes(3)), "xyz");
  EXPECT_TRUE(in.at_end());
}

TEST(Coding, stored_numbers_are_loaded_from_any_address) {
  std::byte buffer[16];
  for (std::size_t at = 0; at < 8; ++at) {
    store_u16(buffer + at, 0xABCD);
    EXPECT_EQ(load_u16(buffer + at), 0xABCD);
    store_u32(buffer + at, 0xDEADBEEF);
    EXPECT_EQ(load_u32(buffer + at), 0xDEADBEEFu);
    store_u64(buffer + at, 0x0123456789ABCDEF);
    EXPECT_EQ(load_u64(buffer + at), 0x0123456789ABCDEFu);
    store_f32(buffer + at, 0.25f);
    EXPECT_EQ(load_f32(buffer + at), 0.25f);
    store_f64(buffer + at, -0.125);
    EXPECT_EQ(load_f64(buffer + at), -0.125);
  }
}

TEST(Coding, varints_of_every_length_survive_the_round_trip) {
  for (unsigned shift = 0; shift < 64; ++shift) {
    for (std::uint64_t near : {0u, 1u, 2u}) {
      const std::uint64_t value = (std::uint64_t{1} << shift) - 1 + near;
      Bytes out;
      put_varint(out, value);
      ASSERT_LE(out.size(), 10u);
      ByteReader in(out);
      ASSERT_EQ(in.varint(), value);
      ASSERT_TRUE(in.at_end());
    }
  }
}

TEST(Coding, varints_too_long_or_not_shortest_are_refused) {
  const Bytes bad[] = {
      bytes_of({0x80, 0x00}),
      bytes_of({0xFF, 0x80, 0x00}),
      bytes_of({0x80}),
      bytes_of({0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02}),
      bytes_of({0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01}),
  };
  for (const Bytes& bytes : bad) {
    ByteReader in(bytes);
    EXPECT_EQ(in.varint(), 0u);
    EXPECT_FALSE(in.ok());
  }
}

TEST(Coding, a_failure_sticks) {
  const Bytes bytes = bytes_of({1, 2, 3});
  ByteReader in(bytes);
  EXPECT_EQ(in.u32(), 0u);
  EXPECT_FALSE(in.ok());
  EXPECT_EQ(in.remaining(), 0u);
  EXPECT_EQ(in.u8(), 0u);
  EXPECT_TRUE(in.bytes(0).empty());
  EXPECT_FALSE(in.at_end());
}

TEST(Coding, a_string_longer_than_what_is_left_is_refused) {
  Bytes bytes;
  put_varint(bytes, std::numeric_limits<std::uint64_t>::max());
  put_bytes(bytes, as_bytes("abc"));
  ByteReader in(bytes);
  EXPECT_EQ(in.string(), "");
  EXPECT_FALSE(in.ok());
}

TEST(Coding, random_bytes_never_read_past_the_end) {
  Random random(4);
  for (int round = 0; round < 20'000; ++round) {
    Bytes bytes(random.below(40));
    for (std::byte& b : bytes) b = static_cast<std::byte>(random.next());
    ByteReader in(bytes);
    while (in.ok() && !in.at_end()) {
      const std::size_t before = in.remaining();
      if (random.below(2) == 0) {
        in.string();
      } else {
        in.varint();
      }
      ASSERT_LT(in.remaining(), before);
    }
  }
}

}  // namespace
}  // namespace vecstore
