// An immutable file of named, checksummed blocks: what segments, deletion masks and manifests are
// made of. Format: docs/format/block-file.md. This layer knows nothing of what is in a block.
//
// Which pages have been verified is a bitmap of atomics beside a count of those that have not. Both
// are relaxed: a set bit says only "these bytes of the file matched", the file never changes, and
// whoever reads the bit reads those bytes itself; nothing else is handed from thread to thread. Two
// threads may verify one page twice. The page checksums are handed over: a pointer published with
// release and read with acquire, after what it points to was verified under the mutex.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/sync.h"
#include "io/file_system.h"
#include "storage/block_file_writer.h"
#include "storage/block_format.h"
#include "vecstore/status.h"

namespace vecstore::storage {

class BlockFile;

// A block's place and what of it has been verified.
struct BlockSlot {
  explicit BlockSlot(BlockEntry given);

  const BlockEntry entry;
  std::atomic<std::uint64_t> unverified;              // pages; 1 or 0 for a whole block
  std::vector<std::atomic<std::uint64_t>> verified;   // one bit per page
  std::atomic<const std::byte*> checksums = nullptr;  // of the pages, once verified
  Bytes read_checksums;                               // what it points to without a map
};

// One block of an open file. Cheap to copy; keeps its file open. Safe from many threads.
class Block {
 public:
  Block() = default;
  std::uint64_t size() const { return size_; }

  // `length` bytes from `offset`, verified, 64-byte aligned at offset 0: either a view of the map
  // (lives with the file) or read into `scratch`. kDataLoss names file and offset.
  Result<ByteView> view(std::uint64_t offset, std::uint64_t length, Bytes& scratch) const {
    const ByteView bytes = at_hand(offset, length);
    return bytes.data() != nullptr ? bytes : view_and_verify(offset, length, scratch);
  }
  // What view() gives where that costs nothing, because all of the block is mapped and verified;
  // else empty.
  ByteView at_hand(std::uint64_t offset, std::uint64_t length) const {
    if (mapped_ == nullptr || slot_->unverified.load(std::memory_order_relaxed) != 0 ||
        offset > size_ || length > size_ - offset) {
      return {};
    }
    return ByteView(mapped_ + offset, static_cast<std::size_t>(length));
  }
  // Asks for bytes that will be viewed soon.
  void prefetch(std::uint64_t offset, std::uint64_t length) const {
    if (mapped_ == nullptr || offset > size_ || length > size_ - offset) return;
    for (std::uint64_t at = 0; at < length; at += 64) __builtin_prefetch(mapped_ + offset + at);
  }
  Result<ByteView> all(Bytes& scratch) const { return view(0, size(), scratch); }
  // The whole block, verified, into memory of its size.
  Status copy_to(std::span<std::byte> out) const;

 private:
  friend class BlockFile;
  Result<ByteView> view_and_verify(std::uint64_t offset, std::uint64_t length,
                                   Bytes& scratch) const;

  std::shared_ptr<const BlockFile> file_;
  BlockSlot* slot_ = nullptr;
  const std::byte* mapped_ = nullptr;  // the block's first byte
  std::uint64_t size_ = 0;
};

class BlockFile : public std::enable_shared_from_this<BlockFile> {
 public:
  // Reads footer and directory only. kDataLoss when they or the identity are not as expected,
  // kFailedPrecondition for a newer format.
  static Result<std::shared_ptr<const BlockFile>> open(io::FileSystem& files,
                                                       const std::string& path, io::Access access,
                                                       const BlockFileIdentity& identity);
  // The same for a file whose footer may be damaged: then its header page says what it is, and the
  // directory counts that one of the footer's two checksums confirms. For salvage.
  static Result<std::shared_ptr<const BlockFile>> open_damaged(io::FileSystem& files,
                                                               const std::string& path,
                                                               const BlockFileIdentity& identity);
  bool has(std::string_view name) const;
  // kDataLoss when there is no such block: the writer always writes what it is asked for.
  Result<Block> block(std::string_view name) const;
  std::vector<std::string> names() const;
  std::uint64_t size() const { return file_->size(); }
  const std::string& path() const { return path_; }

  // Verifies every byte of the file, padding included; each finding is (offset, what). An error
  // only when the file cannot be read.
  using Report = std::function<void(std::uint64_t offset, std::string what)>;
  Status verify(const Report& report) const;

 private:
  friend class Block;
  BlockFile(std::string path, std::unique_ptr<io::ReadableFile> file)
      : path_(std::move(path)), file_(std::move(file)) {}

  Status read_directory(const BlockFileIdentity& identity);
  Status find_directory(const BlockFileIdentity& identity);
  void add_blocks(std::vector<BlockEntry> entries);
  Status damaged(std::uint64_t offset, const std::string& what) const;
  Result<ByteView> view(BlockSlot& slot, std::uint64_t offset, std::uint64_t length,
                        Bytes& scratch) const;
  Result<ByteView> fetch(std::uint64_t offset, std::uint64_t length, Bytes& scratch) const;
  Status copy(BlockSlot& slot, std::span<std::byte> out) const;
  Status verify_whole(BlockSlot& slot, ByteView data) const;
  Status verify_pages(BlockSlot& slot, std::uint64_t first, ByteView data) const;
  Result<const std::byte*> page_checksums(BlockSlot& slot) const VECSTORE_EXCLUDES(mutex_);

  const std::string path_;
  const std::unique_ptr<io::ReadableFile> file_;
  ByteView mapped_;  // empty when blocks are read into scratch
  BlockFooter footer_;
  mutable std::deque<BlockSlot> slots_;  // in the file's order
  std::map<std::string_view, BlockSlot*> by_name_;
  mutable Mutex mutex_;  // one thread reads page checksums
};

// What the file says it is: its footer, or its header page where that is damaged. kDataLoss when
// neither verifies.
Result<BlockFileIdentity> identify_block_file(io::FileSystem& files, const std::string& path);

}  // namespace vecstore::storage
