#include "base/large_buffer.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <utility>

namespace vecstore {
namespace {

TEST(LargeBuffer, holds_what_is_asked_at_a_cache_line) {
  for (const std::size_t size : {std::size_t{1}, std::size_t{1000}, std::size_t{5} << 20}) {
    const LargeBuffer buffer(size);
    const std::span<std::byte> bytes = buffer.bytes();
    ASSERT_EQ(bytes.size(), size);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(bytes.data()) % 64, 0u);
    bytes.front() = bytes.back() = std::byte{7};
    EXPECT_EQ(bytes.back(), std::byte{7});
  }
}

TEST(LargeBuffer, moves_with_its_bytes) {
  LargeBuffer from(100);
  from.bytes()[99] = std::byte{5};
  const LargeBuffer to = std::move(from);
  EXPECT_EQ(to.bytes()[99], std::byte{5});
  EXPECT_TRUE(LargeBuffer().bytes().empty());
}

TEST(LargeBuffer, is_empty_where_there_is_no_memory) {
  EXPECT_TRUE(LargeBuffer(std::size_t{1} << 62).bytes().empty());
}

}  // namespace
}  // namespace vecstore
