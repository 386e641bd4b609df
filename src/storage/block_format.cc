#include "storage/block_format.h"

#include <cstring>
#include <set>

#include "base/coding.h"
#include "base/crc32c.h"

namespace vecstore::storage {
namespace {

constexpr std::string_view kMagic = "VSBLK\r\n\x1a";
constexpr std::uint32_t kVersion = 1;
constexpr std::uint32_t kChecksumAlgorithm = 1;  // CRC-32C

// What header page and footer begin with.
void put_preamble(const BlockFileIdentity& identity, Bytes& out) {
  put_bytes(out, as_bytes(kMagic));
  put_u32(out, kVersion);
  put_u32(out, identity.kind);
  put_u64(out, identity.database);
  put_u64(out, identity.number);
}

Status newer(const std::string& what) {
  return failed_precondition(what + " is newer than this version");
}

std::string quoted(const std::string& name) { return "block '" + name + "'"; }

// The fixed part of an entry, 40 bytes, and the name.
Result<BlockEntry> read_entry(ByteReader& in) {
  BlockEntry entry;
  std::uint8_t layout = in.u8();
  std::uint8_t codec = in.u8();
  std::uint16_t name_length = in.u16();
  std::uint32_t key = in.u32();
  entry.offset = in.u64();
  entry.length = in.u64();
  entry.checksums_offset = in.u64();
  entry.checksum = in.u32();
  std::uint32_t reserved = in.u32();
  entry.name = as_text(in.bytes(name_length));
  if (!in.ok()) return data_loss("the directory ends within an entry");
  if (name_length == 0 || name_length > kMaxBlockNameBytes) {
    return data_loss("a block name of " + std::to_string(name_length) + " bytes");
  }
  if (layout > static_cast<std::uint8_t>(BlockLayout::kPaged)) {
    return newer("layout " + std::to_string(layout) + " of " + quoted(entry.name));
  }
  if (codec != 0) return newer("codec " + std::to_string(codec) + " of " + quoted(entry.name));
  if (key != 0) return newer("encryption of " + quoted(entry.name));
  if (reserved != 0) return newer("a feature of " + quoted(entry.name));
  entry.layout = static_cast<BlockLayout>(layout);
  return entry;
}

// Data and page checksums lie where a writer that was at `position` puts them, before `limit`.
// Every comparison is against room that is left, so that nothing overflows.
Status check_place(const BlockEntry& entry, std::uint64_t position, std::uint64_t limit) {
  Status outside = data_loss(quoted(entry.name) + " does not lie where it belongs");
  if (entry.offset != align_up(position, alignment_of(entry.layout))) return outside;
  if (entry.offset > limit || entry.length > limit - entry.offset) return outside;
  if (entry.layout == BlockLayout::kWhole) return entry.checksums_offset == 0 ? Status() : outside;
  std::uint64_t checksums = align_up(entry.offset + entry.length, kBlockAlignment);
  if (entry.checksums_offset != checksums || checksums > limit) return outside;
  return entry.checksums_length() <= limit - checksums ? Status() : outside;
}

}  // namespace

void encode_header_page(const BlockFileIdentity& identity, Bytes& out) {
  const std::size_t begin = out.size();
  put_preamble(identity, out);
  put_u32(out, kPageBytes);
  put_u32(out, 0);  // key id
  put_u32(out, kChecksumAlgorithm);
  out.resize(begin + kPageBytes - sizeof(std::uint32_t));
  put_u32(out, crc32c(ByteView(out).subspan(begin)));
}

Result<BlockFileIdentity> decode_header_page(ByteView bytes) {
  BlockFileIdentity identity;
  Bytes expected;
  if (bytes.size() == kPageBytes) {
    ByteReader in(bytes.subspan(kMagic.size() + sizeof(kVersion)));
    identity.kind = in.u32();
    identity.database = in.u64();
    identity.number = in.u64();
    encode_header_page(identity, expected);
  }
  if (bytes.size() != kPageBytes || as_text(bytes) != as_text(expected))
    return data_loss("the header page is damaged");
  return identity;
}

void encode_block_entry(const BlockEntry& entry, Bytes& out) {
  put_u8(out, static_cast<std::uint8_t>(entry.layout));
  put_u8(out, 0);  // codec
  put_u16(out, static_cast<std::uint16_t>(entry.name.size()));
  put_u32(out, 0);  // key id
  put_u64(out, entry.offset);
  put_u64(out, entry.length);
  put_u64(out, entry.checksums_offset);
  put_u32(out, entry.checksum);
  put_u32(out, 0);
  put_bytes(out, as_bytes(entry.name));
}

void encode_block_footer(const BlockFooter& footer, Bytes& out) {
  const std::size_t begin = out.size();
  put_preamble(footer.identity, out);
  put_u64(out, footer.directory_offset);
  put_u64(out, footer.directory_length);
  put_u32(out, footer.directory_checksum);
  put_u32(out, 0);  // key id
  put_u32(out, kChecksumAlgorithm);
  put_u32(out, crc32c(ByteView(out).subspan(begin)));
}

Result<BlockFooter> decode_block_footer(ByteView bytes) {
  constexpr std::size_t kChecksumAt = kFooterBytes - sizeof(std::uint32_t);
  if (bytes.size() != kFooterBytes || as_text(bytes.first(kMagic.size())) != kMagic ||
      load_u32(bytes.data() + kChecksumAt) != crc32c(bytes.first(kChecksumAt))) {
    return data_loss("no footer: the file is cut off or damaged");
  }
  ByteReader in(bytes.subspan(kMagic.size()));
  if (std::uint32_t version = in.u32(); version > kVersion) {
    return newer("block file format " + std::to_string(version));
  }
  BlockFooter footer;
  footer.identity.kind = in.u32();
  footer.identity.database = in.u64();
  footer.identity.number = in.u64();
  footer.directory_offset = in.u64();
  footer.directory_length = in.u64();
  footer.directory_checksum = in.u32();
  if (in.u32() != 0) return newer("encryption");
  if (std::uint32_t algorithm = in.u32(); algorithm != kChecksumAlgorithm) {
    return newer("checksum algorithm " + std::to_string(algorithm));
  }
  return footer;
}

Result<std::vector<BlockEntry>> decode_block_directory(ByteView bytes,
                                                       std::uint64_t directory_offset) {
  std::vector<BlockEntry> entries;
  std::set<std::string> names;
  std::uint64_t position = kPageBytes;
  ByteReader in(bytes);
  while (in.remaining() > 0) {
    VECSTORE_ASSIGN(BlockEntry entry, read_entry(in));
    VECSTORE_TRY(check_place(entry, position, directory_offset));
    if (!names.insert(entry.name).second) return data_loss("two of " + quoted(entry.name));
    position = entry.end();
    entries.push_back(std::move(entry));
  }
  if (align_up(position, kBlockAlignment) != directory_offset) {
    return data_loss("the directory does not lie behind the last block");
  }
  return entries;
}

}  // namespace vecstore::storage
