#include "storage/block_file.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/coding.h"
#include "base/crc32c.h"
#include "base/mutant.h"
#include "base/stopwatch.h"

namespace vecstore::storage {
namespace {

constexpr std::uint64_t kBitsPerWord = 64;
constexpr std::size_t kCopyBytes = std::size_t{1} << 20;  // whole pages

std::string describe(const BlockFileIdentity& identity) {
  std::string kind;
  for (int shift = 0; shift < 32; shift += 8) {
    char letter = static_cast<char>(identity.kind >> shift);
    kind += letter >= ' ' && letter <= '~' ? letter : '?';
  }
  return kind + " " + std::to_string(identity.number) + " of database " +
         std::to_string(identity.database);
}

}  // namespace

BlockSlot::BlockSlot(BlockEntry given)
    : entry(std::move(given)),
      unverified(entry.layout == BlockLayout::kPaged ? entry.pages() : 1),
      verified(entry.layout == BlockLayout::kPaged
                   ? static_cast<std::size_t>(align_up(entry.pages(), kBitsPerWord) / kBitsPerWord)
                   : 0) {}

Result<ByteView> Block::view_and_verify(std::uint64_t offset, std::uint64_t length,
                                        Bytes& scratch) const {
  if (file_ == nullptr) return internal_error("a view of no block");
  return file_->view(*slot_, offset, length, scratch);
}

Status Block::copy_to(std::span<std::byte> out) const {
  if (file_ == nullptr || out.size() != size_) return internal_error("a copy of another size");
  return file_->copy(*slot_, out);
}

Result<std::shared_ptr<const BlockFile>> BlockFile::open(io::FileSystem& files,
                                                         const std::string& path, io::Access access,
                                                         const BlockFileIdentity& identity) {
  VECSTORE_ASSIGN(auto opened, files.open(path, access));
  std::shared_ptr<BlockFile> file(new BlockFile(path, std::move(opened)));
  ByteView mapped = file->file_->mapped();
  bool aligned = reinterpret_cast<std::uintptr_t>(mapped.data()) % kBlockAlignment == 0;
  if (aligned && mapped.size() == file->size()) file->mapped_ = mapped;
  VECSTORE_TRY(file->read_directory(identity));
  return std::shared_ptr<const BlockFile>(std::move(file));
}

Status BlockFile::read_directory(const BlockFileIdentity& identity) {
  if (size() < kPageBytes + kFooterBytes) return damaged(0, "too short for a block file");
  const std::uint64_t footer_at = size() - kFooterBytes;
  Bytes scratch;
  VECSTORE_ASSIGN(ByteView bytes, fetch(footer_at, kFooterBytes, scratch));
  auto at = [&](std::uint64_t offset) { return path_ + " at offset " + std::to_string(offset); };
  auto footer = decode_block_footer(bytes);
  if (!footer.ok()) return footer.status().with_context(at(footer_at));
  footer_ = *footer;
  if (footer_.identity != identity && !VECSTORE_MUTANT("block.identity_unchecked")) {
    return damaged(footer_at, "is " + describe(footer_.identity) + ", not " + describe(identity));
  }
  const std::uint64_t begin = footer_.directory_offset;
  if (begin > footer_at || footer_.directory_length != footer_at - begin) {
    return damaged(footer_at, "the directory does not lie before the footer");
  }
  VECSTORE_ASSIGN(bytes, fetch(begin, footer_.directory_length, scratch));
  const bool whole =
      VECSTORE_MUTANT("block.directory_unchecked") || crc32c(bytes) == footer_.directory_checksum;
  if (!whole) return damaged(begin, "damaged directory");
  auto entries = decode_block_directory(bytes, begin);
  if (!entries.ok()) return entries.status().with_context(at(begin));
  add_blocks(*std::move(entries));
  return {};
}

void BlockFile::add_blocks(std::vector<BlockEntry> entries) {
  for (BlockEntry& entry : entries) {
    BlockSlot& slot = slots_.emplace_back(std::move(entry));
    by_name_[slot.entry.name] = &slot;
  }
}

Status BlockFile::damaged(std::uint64_t offset, const std::string& what) const {
  return data_loss(path_ + " at offset " + std::to_string(offset) + ": " + what);
}

bool BlockFile::has(std::string_view name) const { return by_name_.contains(name); }

Result<Block> BlockFile::block(std::string_view name) const {
  auto found = by_name_.find(name);
  if (found == by_name_.end()) {
    return damaged(footer_.directory_offset, "there is no block '" + std::string(name) + "'");
  }
  Block block;
  block.file_ = shared_from_this();
  block.slot_ = found->second;
  block.size_ = block.slot_->entry.length;
  if (!mapped_.empty()) block.mapped_ = mapped_.data() + block.slot_->entry.offset;
  return block;
}

std::vector<std::string> BlockFile::names() const {
  std::vector<std::string> names;
  for (const BlockSlot& slot : slots_) names.push_back(slot.entry.name);
  return names;
}

Result<ByteView> BlockFile::view(BlockSlot& slot, std::uint64_t offset, std::uint64_t length,
                                 Bytes& scratch) const {
  const BlockEntry& entry = slot.entry;
  if (offset > entry.length || length > entry.length - offset) {
    return damaged(entry.offset, "bytes " + std::to_string(offset) + " to " +
                                     std::to_string(offset + length) + " were asked of block '" +
                                     entry.name + "', which has " + std::to_string(entry.length));
  }
  if (slot.unverified.load(std::memory_order_relaxed) == 0) {
    return fetch(entry.offset + offset, length, scratch);
  }
  // Widened to what a checksum covers.
  std::uint64_t begin = 0;
  std::uint64_t end = entry.length;
  if (entry.layout == BlockLayout::kPaged) {
    begin = offset / kPageBytes * kPageBytes;
    end = std::min(align_up(offset + length, kPageBytes), entry.length);
  }
  VECSTORE_ASSIGN(ByteView data, fetch(entry.offset + begin, end - begin, scratch));
  if (entry.layout == BlockLayout::kPaged) {
    VECSTORE_TRY(verify_pages(slot, begin / kPageBytes, data));
  } else {
    VECSTORE_TRY(verify_whole(slot, data));
  }
  return data.subspan(static_cast<std::size_t>(offset - begin), static_cast<std::size_t>(length));
}

// Bytes of the file, not verified, at an address that equals `offset` modulo the alignment.
Result<ByteView> BlockFile::fetch(std::uint64_t offset, std::uint64_t length,
                                  Bytes& scratch) const {
  const auto count = static_cast<std::size_t>(length);
  if (!mapped_.empty()) return mapped_.subspan(static_cast<std::size_t>(offset), count);
  scratch.resize(count + 2 * kBlockAlignment);
  auto address = reinterpret_cast<std::uintptr_t>(scratch.data());
  auto to = static_cast<std::size_t>(align_up(address, kBlockAlignment) - address +
                                     offset % kBlockAlignment);
  auto out = std::span(scratch).subspan(to, count);
  if (Status status = file_->read(offset, out); !status.ok()) {
    return status.with_context("reading at offset " + std::to_string(offset));
  }
  return ByteView(out);
}

// By steps, so that what is read is verified while it is in the cache.
Status BlockFile::copy(BlockSlot& slot, std::span<std::byte> out) const {
  const bool paged = slot.entry.layout == BlockLayout::kPaged;
  const Stopwatch watch;
  for (std::size_t done = 0; done < out.size();) {
    const std::size_t step = paged ? std::min(kCopyBytes, out.size() - done) : out.size();
    const std::span<std::byte> part = out.subspan(done, step);
    if (Status status = file_->read(slot.entry.offset + done, part); !status.ok())
      return status.with_context("reading at offset " + std::to_string(slot.entry.offset + done));
    VECSTORE_TRY(paged ? verify_pages(slot, done / kPageBytes, part) : verify_whole(slot, part));
    done += step;
  }
  count_first_read(0, watch.ms() - watch.first_reads().ms);
  return {};
}

Status BlockFile::verify_whole(BlockSlot& slot, ByteView data) const {
  const Stopwatch watch;
  if (crc32c(data) != slot.entry.checksum && !VECSTORE_MUTANT("block.whole_unchecked")) {
    return damaged(slot.entry.offset, "block '" + slot.entry.name + "' is damaged");
  }
  slot.unverified.store(0, std::memory_order_relaxed);
  count_first_read(data.size(), watch.ms());
  return {};
}

// `data` is whole pages from page `first`, the last may be short.
Status BlockFile::verify_pages(BlockSlot& slot, std::uint64_t first, ByteView data) const {
  const std::byte* checksums = nullptr;
  std::optional<Stopwatch> watch;
  std::uint64_t verified = 0;
  for (std::uint64_t page = first; !data.empty(); ++page) {
    ByteView bytes = data.first(std::min(kPageBytes, data.size()));
    data = data.subspan(bytes.size());
    auto& word = slot.verified[static_cast<std::size_t>(page / kBitsPerWord)];
    const std::uint64_t bit = std::uint64_t{1} << (page % kBitsPerWord);
    if ((word.load(std::memory_order_relaxed) & bit) != 0) continue;
    if (checksums == nullptr) {
      watch.emplace();
      VECSTORE_ASSIGN(checksums, page_checksums(slot));
    }
    const std::uint32_t expected = load_u32(checksums + page * sizeof(std::uint32_t));
    if (crc32c(bytes) != expected && !VECSTORE_MUTANT("block.page_unchecked")) {
      return damaged(
          slot.entry.offset + page * kPageBytes,
          "page " + std::to_string(page) + " of block '" + slot.entry.name + "' is damaged");
    }
    bool first_to_set = (word.fetch_or(bit, std::memory_order_relaxed) & bit) == 0;
    if (first_to_set) slot.unverified.fetch_sub(1, std::memory_order_relaxed);
    verified += bytes.size();
  }
  if (watch) count_first_read(verified, watch->ms());
  return {};
}

Result<const std::byte*> BlockFile::page_checksums(BlockSlot& slot) const {
  if (const std::byte* ready = slot.checksums.load(std::memory_order_acquire)) return ready;
  MutexLock lock(mutex_);
  if (const std::byte* ready = slot.checksums.load(std::memory_order_acquire)) return ready;
  const BlockEntry& entry = slot.entry;
  VECSTORE_ASSIGN(ByteView bytes,
                  fetch(entry.checksums_offset, entry.checksums_length(), slot.read_checksums));
  if (crc32c(bytes) != entry.checksum) {
    return damaged(entry.checksums_offset,
                   "the page checksums of block '" + entry.name + "' are damaged");
  }
  slot.checksums.store(bytes.data(), std::memory_order_release);
  return bytes.data();
}

}  // namespace vecstore::storage
