#include "storage/block_format.h"

#include <gtest/gtest.h>

#include "base/coding.h"
#include "base/crc32c.h"

namespace vecstore::storage {
namespace {

constexpr BlockFileIdentity kIdentity{block_file_kind("TEST"), 77, 9};

Bytes footer_bytes() {
  Bytes bytes;
  encode_block_footer({kIdentity, 8192, 100, 0xabcdef}, bytes);
  return bytes;
}

// A footer that verifies although its byte at `offset` was changed.
Bytes footer_with(std::size_t offset, std::uint8_t value) {
  Bytes bytes = footer_bytes();
  bytes[offset] = std::byte{value};
  store_u32(bytes.data() + 60, crc32c(ByteView(bytes).first(60)));
  return bytes;
}

Bytes directory_bytes(const std::vector<BlockEntry>& entries) {
  Bytes bytes;
  for (const BlockEntry& entry : entries) encode_block_entry(entry, bytes);
  return bytes;
}

// A whole block of 100 bytes, then a paged one of two pages, as the writer lays them out.
std::vector<BlockEntry> two_entries() {
  return {{"a", BlockLayout::kWhole, 4096, 100, 0, 1},
          {"b", BlockLayout::kPaged, 8192, 5000, 13248, 2}};
}
constexpr std::uint64_t kTwoEnd = 13312;

TEST(BlockFormat, a_kind_spells_its_text_in_the_file) {
  Bytes page;
  encode_header_page(kIdentity, page);
  EXPECT_EQ(page.size(), kPageBytes);
  EXPECT_EQ(as_text(ByteView(page).subspan(12, 4)), "TEST");
}

TEST(BlockFormat, a_footer_comes_back) {
  auto footer = decode_block_footer(footer_bytes());
  ASSERT_TRUE(footer.ok()) << footer.status().to_string();
  EXPECT_EQ(footer->identity, kIdentity);
  EXPECT_EQ(footer->directory_offset, 8192u);
  EXPECT_EQ(footer->directory_length, 100u);
  EXPECT_EQ(footer->directory_checksum, 0xabcdefu);
}

TEST(BlockFormat, no_flipped_bit_or_other_size_of_a_footer_verifies) {
  Bytes footer = footer_bytes();
  for (std::size_t bit = 0; bit < footer.size() * 8; ++bit) {
    Bytes damaged = footer;
    damaged[bit / 8] ^= std::byte{1} << (bit % 8);
    EXPECT_EQ(decode_block_footer(damaged).status().code(), Code::kDataLoss) << bit;
  }
  for (std::size_t size = 0; size < footer.size(); ++size) {
    EXPECT_FALSE(decode_block_footer(ByteView(footer).first(size)).ok());
  }
}

TEST(BlockFormat, a_newer_footer_is_refused_by_name) {
  struct Case {
    std::size_t offset;
    std::string_view says;
  };
  for (Case c : {Case{8, "block file format 9 is newer than this version"},
                 Case{52, "encryption is newer than this version"},
                 Case{56, "checksum algorithm 9 is newer than this version"}}) {
    Status status = decode_block_footer(footer_with(c.offset, 9)).status();
    EXPECT_EQ(status.code(), Code::kFailedPrecondition);
    EXPECT_EQ(status.message(), c.says);
  }
}

TEST(BlockFormat, a_directory_comes_back) {
  auto entries = decode_block_directory(directory_bytes(two_entries()), kTwoEnd);
  ASSERT_TRUE(entries.ok()) << entries.status().to_string();
  ASSERT_EQ(entries->size(), 2u);
  EXPECT_EQ((*entries)[0].name, "a");
  EXPECT_EQ((*entries)[1].layout, BlockLayout::kPaged);
  EXPECT_EQ((*entries)[1].pages(), 2u);
  EXPECT_EQ((*entries)[1].end(), 13256u);
  EXPECT_TRUE(decode_block_directory({}, 4096)->empty());
}

TEST(BlockFormat, blocks_lie_where_the_writer_puts_them_and_nowhere_else) {
  using Change = void (*)(std::vector<BlockEntry>&);
  const std::vector<Change> changes = {
      [](auto& e) { e[0].offset = 0; },                      // over the header page
      [](auto& e) { e[0].offset = 4160; },                   // a hole before it
      [](auto& e) { e[0].offset = 4097; },                   // not aligned
      [](auto& e) { e[0].length = 5000; },                   // overlaps the next
      [](auto& e) { e[0].checksums_offset = 8192; },         // a whole block has none
      [](auto& e) { e[1].offset = 4096; },                   // overlaps the one before
      [](auto& e) { e[1].offset = 12288; },                  // a hole
      [](auto& e) { e[1].length = UINT64_MAX; },             // beyond the end
      [](auto& e) { e[1].length = UINT64_MAX - 8192 + 1; },  // offset + length overflows
      [](auto& e) { e[1].length = UINT64_MAX - 8192; },
      [](auto& e) { e[1].offset = UINT64_MAX - 4095; },
      [](auto& e) { e[1].checksums_offset = 0; },
      [](auto& e) { e[1].checksums_offset = 13256; },
      [](auto& e) { e[1].checksums_offset = UINT64_MAX - 63; },
      [](auto& e) { e[1].length = 4000; },  // checksums no longer follow
      [](auto& e) { std::swap(e[0], e[1]); },
      [](auto& e) { e.pop_back(); },  // the directory does not follow
      [](auto& e) {
        e.push_back({"c", BlockLayout::kWhole, 13312, 1, 0, 0});
      },
      [](auto& e) { e[1].name = "a"; },
      [](auto& e) { e[1].name = ""; },
      [](auto& e) { e[1].name = std::string(256, 'x'); },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    std::vector<BlockEntry> entries = two_entries();
    changes[i](entries);
    Status status = decode_block_directory(directory_bytes(entries), kTwoEnd).status();
    EXPECT_EQ(status.code(), Code::kDataLoss) << "change " << i;
  }
}

TEST(BlockFormat, page_checksums_end_before_the_directory) {
  std::vector<BlockEntry> entries = {{"b", BlockLayout::kPaged, 4096, 64 * 4096, 266240, 0}};
  EXPECT_TRUE(decode_block_directory(directory_bytes(entries), 266496).ok());
  for (std::uint64_t end : {266240u, 266304u, 266432u, 266560u}) {
    EXPECT_FALSE(decode_block_directory(directory_bytes(entries), end).ok()) << end;
  }
}

TEST(BlockFormat, a_directory_cut_off_within_an_entry_is_damage) {
  Bytes bytes = directory_bytes(two_entries());
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_block_directory(ByteView(bytes).first(size), kTwoEnd).ok()) << size;
  }
}

TEST(BlockFormat, what_a_newer_version_wrote_in_an_entry_is_refused_by_name) {
  struct Case {
    std::size_t offset;
    std::string_view says;
  };
  for (Case c : {Case{0, "layout 9 of block 'a' is newer than this version"},
                 Case{1, "codec 9 of block 'a' is newer than this version"},
                 Case{4, "encryption of block 'a' is newer than this version"},
                 Case{36, "a feature of block 'a' is newer than this version"}}) {
    Bytes bytes = directory_bytes(two_entries());
    bytes[c.offset] = std::byte{9};
    Status status = decode_block_directory(bytes, kTwoEnd).status();
    EXPECT_EQ(status.code(), Code::kFailedPrecondition);
    EXPECT_EQ(status.message(), c.says);
  }
}

}  // namespace
}  // namespace vecstore::storage
