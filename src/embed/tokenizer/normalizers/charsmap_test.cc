#include "embed/tokenizer/normalizers/charsmap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/coding.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::uint32_t kLeaf = 1u << 8;
std::uint32_t unit(std::uint32_t offset, char label, bool leaf) {
  return offset << 10 | (leaf ? kLeaf : 0) | static_cast<unsigned char>(label);
}

// A map of "A" to "xyz", "B" to nothing and "C" followed by U+0301 to "c". The trie: the root's
// children at 0x100 ^ byte, their leaves and children at places of their own.
std::string make_bytes() {
  std::vector<std::uint32_t> units(0x400);
  units[0] = unit(0x100, 0, false);
  const auto child = [&](std::uint32_t at, char label, std::uint32_t to, bool leaf) {
    units[at] = unit(at ^ to, label, leaf);
    return to;
  };
  units[child(0x100 ^ 'A', 'A', 0x201, true)] = 0 | 1u << 31;  // the text at 0
  units[child(0x100 ^ 'B', 'B', 0x202, true)] = 3 | 1u << 31;  // the NUL after it
  const std::uint32_t c = child(0x100 ^ 'C', 'C', 0x300, false);
  const std::uint32_t mark = child(c ^ 0xCC, '\xCC', 0x203, false);
  const std::uint32_t last = child(mark ^ 0x81, '\x81', 0x204, true);
  units[last] = 4 | 1u << 31;
  Bytes out;
  put_u32(out, static_cast<std::uint32_t>(units.size() * 4));
  for (std::uint32_t each : units) put_u32(out, each);
  return std::string(as_text(out)) + std::string("xyz\0c\0", 6);
}

AlignedText apply(std::string_view source) {
  AlignedText from, to;
  from.assign(source, 0, source.size());
  Charsmap::make(make_bytes()).value().apply(from, to);
  return to;
}

TEST(Charsmap, replaces_a_cluster_by_the_entry_that_it_begins_with) {
  EXPECT_EQ(apply("aAa").text, "axyza");
  EXPECT_EQ(apply("aBa").text, "aa");
  EXPECT_EQ(apply("C\u0301C").text, "cC");
  EXPECT_EQ(apply("A\u0302").text, "xyz");                                // the mark goes with it
  EXPECT_EQ(apply("A\u0302\u0302\u0302").text, "xyz\u0302\u0302\u0302");  // too long a cluster
  EXPECT_EQ(apply("plain\n").text, "plain\n");
}

TEST(Charsmap, keeps_places) {
  EXPECT_THAT(apply("aAb").places,
              ElementsAre(Place{0, 1}, Place{1, 2}, Place{1, 2}, Place{1, 2}, Place{2, 3}));
  EXPECT_THAT(apply("aBb").places, ElementsAre(Place{0, 1}, Place{2, 3}));
  // The reference forgets what is dropped at the start: what follows stands too early.
  EXPECT_THAT(apply("Bbc").places, ElementsAre(Place{0, 1}, Place{1, 2}));
}

TEST(Charsmap, refuses_what_is_damaged) {
  const std::string bytes = make_bytes();
  EXPECT_THAT(Charsmap::make("").status().message(), HasSubstr("cut short"));
  EXPECT_THAT(Charsmap::make(bytes.substr(0, 100)).status().message(), HasSubstr("cut short"));
  EXPECT_THAT(Charsmap::make(bytes + "\xFF").status().message(), HasSubstr("not utf-8"));
  EXPECT_THAT(Charsmap::make(bytes + std::string(65, 'a')).status().message(),
              HasSubstr("puts in 65 bytes"));
}

// Links that lead out of the trie or of the texts find nothing.
TEST(Charsmap, follows_no_link_that_leads_outside) {
  for (std::size_t at = 4; at < 0x1000; at += 4) {
    std::string bytes = make_bytes();
    bytes.replace(at, 4, "\xFF\xFE\xFF\x7F");
    const auto map = Charsmap::make(bytes);
    ASSERT_TRUE(map.ok());
    AlignedText from, to;
    from.assign("ABC\u0301", 0, 5);
    map->apply(from, to);
  }
}

}  // namespace
}  // namespace vecstore
