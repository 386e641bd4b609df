#include "rag/loaders/archive/zip_reader.h"

#include <zlib.h>

#include <algorithm>

#include "base/coding.h"
#include "rag/loaders/archive/unpack.h"
#include "rag/loaders/archive/zip_cipher.h"

namespace vecstore {
namespace {

constexpr std::uint32_t kLocalSignature = 0x04034b50, kEntrySignature = 0x02014b50,
                        kZip64EndSignature = 0x06064b50, kZip64LocatorSignature = 0x07064b50,
                        kSignedDirectory = 0x05054b50;
constexpr std::size_t kEndBytes = 22, kZip64LocatorBytes = 20, kMaxCommentBytes = 0xffff;
constexpr std::uint32_t kIn64Bits = 0xffffffff;

constexpr std::uint16_t kEncrypted = 1 << 0, kSizesFollow = 1 << 3, kStrongEncryption = 1 << 6;
constexpr std::uint16_t kAesMethod = 99;
constexpr std::uint16_t kZip64Extra = 1, kUnicodePathExtra = 0x7075, kAesExtra = 0x9901;
constexpr std::uint8_t kUnixHost = 3;

ByteReader reader_at(std::string_view bytes, std::uint64_t at) {
  return ByteReader(as_bytes(at <= bytes.size() ? bytes.substr(static_cast<std::size_t>(at))
                                                : std::string_view()));
}

std::uint32_t crc_of(std::string_view bytes) {
  return static_cast<std::uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

// The extra field with that number, among those that a member has.
std::optional<std::string_view> find_extra(std::string_view extra, std::uint16_t wanted) {
  ByteReader reader(as_bytes(extra));
  while (reader.remaining() > 0) {
    const std::uint16_t id = reader.u16();
    const std::uint16_t size = reader.u16();
    const std::string_view content = as_text(reader.bytes(size));
    if (!reader.ok()) break;
    if (id == wanted) return content;
  }
  return std::nullopt;
}

// The name in UTF-8 that stands beside the one in an old code page, if it is of the same file.
std::string_view name_of(std::string_view name, std::string_view extra) {
  const std::optional<std::string_view> unicode = find_extra(extra, kUnicodePathExtra);
  constexpr std::size_t kHeadBytes = 5;
  if (!unicode || unicode->size() < kHeadBytes) return name;
  ByteReader reader(as_bytes(*unicode));
  const bool known = reader.u8() == 1;
  return known && reader.u32() == crc_of(name) ? unicode->substr(kHeadBytes) : name;
}

ArchiveMember::Kind kind_of(std::string_view name, std::uint8_t host, std::uint32_t attributes) {
  using enum ArchiveMember::Kind;
  constexpr std::uint32_t kTypeMask = 0170000, kRegular = 0100000, kDirectory = 0040000,
                          kSymbolicLink = 0120000;
  if (name.ends_with('/')) return kFolder;
  const std::uint32_t type = host == kUnixHost ? attributes >> 16 & kTypeMask : 0;
  if (type == kSymbolicLink) return kLink;
  if (type == kDirectory) return kFolder;
  return type == 0 || type == kRegular ? kFile : kOther;
}

// What packs a member by this method; nothing for what is not read.
std::optional<Packing> packing_of(std::uint16_t method) {
  switch (method) {
    case 0:
      return Packing::kStored;
    case 8:
      return Packing::kDeflate;
    case 12:
      return Packing::kBzip2;
    case 93:
      return Packing::kZstd;
    case 95:
      return Packing::kXz;
    default:
      return std::nullopt;
  }
}

std::string method_name(std::uint16_t method) {
  if (method == 9) return "Deflate64";
  if (method == 14) return "LZMA";
  if (method == 98) return "PPMd";
  return "method " + std::to_string(method);
}

}  // namespace

Result<ZipReader> ZipReader::open(std::string_view bytes, std::string_view password) {
  ZipReader out(bytes, password);
  VECSTORE_TRY(out.find_directory());
  return out;
}

// The end is the last place that looks like one and whose comment fits: comments can hold anything.
Status ZipReader::find_directory() {
  constexpr std::string_view kMark = "PK\x05\x06";
  const std::size_t first = bytes_.size() - std::min(bytes_.size(), kEndBytes + kMaxCommentBytes);
  std::string_view before = bytes_;
  for (;;) {
    const std::size_t at = before.rfind(kMark);
    if (at == before.npos || at < first) return data_loss("it has no directory");
    before = bytes_.substr(0, at + kMark.size() - 1);
    ByteReader reader = reader_at(bytes_, at);
    reader.bytes(12);  // signature, numbers of disks and of members
    const std::uint32_t size = reader.u32(), offset = reader.u32();
    const std::uint16_t comment_size = reader.u16();
    if (!reader.ok() || comment_size > reader.remaining()) continue;
    return take_directory({at, size, offset});
  }
}

// Where a locator stands before the end, the numbers of 64 bits that it leads to count instead.
Status ZipReader::take_directory(Ending ending) {
  if (ending.at >= kZip64LocatorBytes) {
    ByteReader locator = reader_at(bytes_, ending.at - kZip64LocatorBytes);
    const bool is_one = locator.u32() == kZip64LocatorSignature;
    locator.u32();  // disk
    const std::uint64_t at = locator.u64();
    ByteReader reader = reader_at(bytes_, is_one ? at : bytes_.size());
    if (is_one && reader.u32() != kZip64EndSignature) {
      return data_loss("its directory of 64 bits is not where it is said to be");
    }
    reader.bytes(36);  // sizes, versions, disks, numbers of members
    const std::uint64_t size = reader.u64(), offset = reader.u64();
    if (is_one && !reader.ok()) return data_loss("it ends too early");
    if (is_one) ending = {at, size, offset};
  }
  if (ending.size > ending.at || ending.offset > ending.at - ending.size) {
    return data_loss("its directory lies outside");
  }
  const auto begin = static_cast<std::size_t>(ending.at - ending.size);
  directory_ = bytes_.substr(begin, static_cast<std::size_t>(ending.size));
  base_ = begin - ending.offset;
  return {};
}

// Sizes and places that did not fit into 32 bits stand in an extra field, in this order.
Status ZipReader::widen(Entry& entry) const {
  const std::optional<std::string_view> extra = find_extra(entry.extra, kZip64Extra);
  ByteReader reader(as_bytes(extra.value_or("")));
  for (std::uint64_t* number : {&entry.size, &entry.packed_size, &entry.offset}) {
    if (*number == kIn64Bits && extra) *number = reader.u64();
  }
  return reader.ok() ? Status() : data_loss("a member's size of 64 bits is missing");
}

Result<std::optional<ArchiveMember>> ZipReader::next() {
  ByteReader reader(as_bytes(directory_));
  const std::uint32_t signature = reader.u32();
  if (directory_.empty() || signature == kSignedDirectory) return std::optional<ArchiveMember>();
  Entry entry;
  reader.u8();  // version
  entry.host = reader.u8();
  reader.u16();  // version that is needed
  entry.flags = reader.u16();
  entry.method = reader.u16();
  entry.time = reader.u16();
  reader.u16();  // date
  entry.crc = reader.u32();
  entry.packed_size = reader.u32();
  entry.size = reader.u32();
  const std::uint16_t name_size = reader.u16(), extra_size = reader.u16(),
                      comment_size = reader.u16();
  reader.u32();  // disk, what kind of text
  entry.attributes = reader.u32();
  entry.offset = reader.u32();
  entry.name = as_text(reader.bytes(name_size));
  entry.extra = as_text(reader.bytes(extra_size));
  reader.bytes(comment_size);
  if (!reader.ok() || signature != kEntrySignature) return data_loss("its directory is broken");
  VECSTORE_TRY(widen(entry));
  directory_.remove_prefix(directory_.size() - reader.remaining());
  entry_ = entry;
  const std::string_view name = name_of(entry.name, entry.extra);
  return std::optional(ArchiveMember{std::string(name), kind_of(name, entry.host, entry.attributes),
                                     (entry.flags & kEncrypted) != 0});
}

// The bytes of the last member, as they lie in the archive.
Result<std::string_view> ZipReader::packed() {
  constexpr std::size_t kHeadRest = 22;  // between the signature and the sizes of name and extra
  if (entry_.offset > bytes_.size()) return data_loss("a member lies outside");
  ByteReader reader = reader_at(bytes_, base_ + entry_.offset);
  if (reader.u32() != kLocalSignature) return data_loss("a member is not where it is said to be");
  reader.bytes(kHeadRest);
  const std::uint16_t name_size = reader.u16(), extra_size = reader.u16();
  reader.bytes(std::size_t{name_size} + extra_size);
  if (!reader.ok() || entry_.packed_size > reader.remaining())
    return data_loss("it ends too early");
  bytes_read_ += entry_.packed_size;
  if (bytes_read_ > bytes_.size()) return data_loss("its members lie over one another");
  return as_text(reader.bytes(static_cast<std::size_t>(entry_.packed_size)));
}

Result<std::string> ZipReader::content(std::string_view packed, std::uint16_t method,
                                       bool has_checksum, LoadBudget& budget) const {
  const std::optional<Packing> packing = packing_of(method);
  if (!packing) return unimplemented("packed by " + method_name(method) + ", which is not read");
  VECSTORE_ASSIGN(std::string out, unpack(packed, *packing, budget));
  if (out.size() != entry_.size) return data_loss("a member is not as long as it is said to be");
  if (has_checksum && crc_of(out) != entry_.crc) return data_loss("a checksum is wrong");
  return out;
}

// Version (2: without a checksum of the content), "AE", 1 to 3 for keys of 16 to 32 bytes, method.
Result<std::string> ZipReader::read_aes(std::string_view packed, LoadBudget& budget) const {
  ByteReader reader(as_bytes(find_extra(entry_.extra, kAesExtra).value_or("")));
  const std::uint16_t version = reader.u16();
  reader.u16();
  const std::uint8_t strength = reader.u8();
  const std::uint16_t method = reader.u16();
  if (!reader.ok() || strength < 1 || strength > 3)
    return data_loss("how it is encrypted is missing");
  VECSTORE_ASSIGN(const std::string plain,
                  decrypt_winzip_aes(packed, password_, 8 + std::size_t{8} * strength));
  return content(plain, method, version != 2, budget);
}

Result<std::string> ZipReader::read_zip_crypto(std::string_view packed, LoadBudget& budget) const {
  const bool by_time = (entry_.flags & kSizesFollow) != 0;
  const auto check = static_cast<std::uint8_t>(by_time ? entry_.time >> 8 : entry_.crc >> 24);
  VECSTORE_ASSIGN(const std::string plain, decrypt_zip_crypto(packed, password_, check));
  Result<std::string> out = content(plain, entry_.method, true, budget);
  // One in 256 wrong passwords comes this far.
  return out.status().code() == Code::kDataLoss ? Result<std::string>(wrong_zip_password()) : out;
}

Result<std::string> ZipReader::read(LoadBudget& budget) {
  VECSTORE_ASSIGN(const std::string_view bytes, packed());
  if ((entry_.flags & kEncrypted) == 0) return content(bytes, entry_.method, true, budget);
  if ((entry_.flags & kStrongEncryption) != 0) {
    return unimplemented("encrypted by PKWARE's strong encryption, which is not read");
  }
  if (password_.empty()) {
    return Status(Code::kPermissionDenied, "encrypted, and no password was given");
  }
  return entry_.method == kAesMethod ? read_aes(bytes, budget) : read_zip_crypto(bytes, budget);
}

}  // namespace vecstore
