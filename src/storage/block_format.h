// The parts of a block file as bytes and back: header page, directory, footer. Format:
// docs/format/block-file.md.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "vecstore/status.h"

namespace vecstore::storage {

// kWhole: one checksum, verified when the block is read. kPaged: one per 4 KiB page, each verified
// on first touch; for arrays read at random. The numbers are stored.
enum class BlockLayout : std::uint8_t { kWhole = 0, kPaged = 1 };

// What a file is, so that one is never taken for another.
struct BlockFileIdentity {
  std::uint32_t kind = 0;      // four characters, such as "SEGM": see block_file_kind
  std::uint64_t database = 0;  // the database's id
  std::uint64_t number = 0;    // the file's number in it
  bool operator==(const BlockFileIdentity&) const = default;
};

// The kind whose bytes in the file spell `text`.
constexpr std::uint32_t block_file_kind(const char (&text)[5]) {
  std::uint32_t kind = 0;
  for (int i = 3; i >= 0; --i) kind = kind << 8 | static_cast<unsigned char>(text[i]);
  return kind;
}

inline constexpr std::size_t kPageBytes = 4096;
inline constexpr std::size_t kBlockAlignment = 64;  // of whole blocks, page checksums, directory
inline constexpr std::size_t kFooterBytes = 64;
inline constexpr std::size_t kMaxBlockNameBytes = 255;

constexpr std::uint64_t align_up(std::uint64_t offset, std::uint64_t alignment) {
  return (offset + alignment - 1) / alignment * alignment;
}
constexpr std::uint64_t alignment_of(BlockLayout layout) {
  return layout == BlockLayout::kPaged ? kPageBytes : kBlockAlignment;
}

struct BlockEntry {
  std::string name;
  BlockLayout layout = BlockLayout::kWhole;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  std::uint64_t checksums_offset = 0;  // of the page checksums; 0 when whole
  std::uint32_t checksum = 0;          // of the data, or of the page checksums

  std::uint64_t pages() const { return length / kPageBytes + (length % kPageBytes != 0 ? 1 : 0); }
  std::uint64_t checksums_length() const { return pages() * sizeof(std::uint32_t); }
  // Where data and page checksums end.
  std::uint64_t end() const {
    return layout == BlockLayout::kPaged ? checksums_offset + checksums_length() : offset + length;
  }
};

struct BlockFooter {
  BlockFileIdentity identity;
  std::uint64_t directory_offset = 0;
  std::uint64_t directory_length = 0;
  std::uint32_t directory_checksum = 0;
};

void encode_header_page(const BlockFileIdentity& identity, Bytes& out);
void encode_block_entry(const BlockEntry& entry, Bytes& out);
void encode_block_footer(const BlockFooter& footer, Bytes& out);

// kDataLoss for bytes that are no footer, kFailedPrecondition for one of a newer format. Its
// numbers are not checked.
Result<BlockFooter> decode_block_footer(ByteView bytes);

// What a header page says that verifies; kDataLoss for any other bytes.
Result<BlockFileIdentity> decode_header_page(ByteView bytes);

// The entries of a directory that begins at `directory_offset`: in order, apart, inside the file.
Result<std::vector<BlockEntry>> decode_block_directory(ByteView bytes,
                                                       std::uint64_t directory_offset);

}  // namespace vecstore::storage
