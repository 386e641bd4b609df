// An immutable file of named, checksummed blocks: what segments, deletion masks and manifests are made of. Format:
// docs/format/block-file.md. This layer knows nothing of what is in a block.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "io/file_system.h"
#include "vecstore/status.h"

namespace vecstore::storage {

// kWhole: one checksum, verified when the block is read. kPaged: one per 4 KiB page, each verified on first touch; for arrays read at
// random. The numbers are stored.
enum class BlockLayout : std::uint8_t { kWhole = 0, kPaged = 1 };

// What a file is, so that one is never taken for another.
struct BlockFileIdentity {
  std::uint32_t kind = 0;      // four characters, such as "SEGM"
  std::uint64_t database = 0;  // the database's id
  std::uint64_t number = 0;    // the file's number in it
};

class BlockFileWriter {
 public:
  // `path` must not exist. A failed or abandoned writer removes what it wrote.
  static Result<std::unique_ptr<BlockFileWriter>> create(io::FileSystem& files, const std::string& path, const BlockFileIdentity& identity);
  ~BlockFileWriter();

  // begin, append…, end; or add for a block at hand. Names are unique, 1 to 255 bytes. Data begins on a 4 KiB boundary when paged, else
  // on 64 bytes.
  Status begin(std::string_view name, BlockLayout layout);
  Status append(ByteView data);
  Status end();
  Status add(std::string_view name, BlockLayout layout, ByteView data);

  // Writes directory and footer and syncs the file (not its folder). The file's size.
  Result<std::uint64_t> finish();
};

class BlockFile;

// One block of an open file. Cheap to copy; keeps its file open. Safe from many threads.
class Block {
 public:
  Block() = default;
  std::uint64_t size() const;
  // `length` bytes from `offset`, verified, 64-byte aligned at offset 0 of a paged block: either a view of the map (lives with the file)
  // or read into `scratch`. kDataLoss names file and offset.
  Result<ByteView> view(std::uint64_t offset, std::uint64_t length, Bytes& scratch) const;
  Result<ByteView> all(Bytes& scratch) const { return view(0, size(), scratch); }
};

class BlockFile : public std::enable_shared_from_this<BlockFile> {
 public:
  // Reads footer and directory only. kDataLoss when they or the identity are not as expected, kFailedPrecondition for a newer format.
  static Result<std::shared_ptr<const BlockFile>> open(io::FileSystem& files, const std::string& path, io::Access access,
                                                       const BlockFileIdentity& identity);
  bool has(std::string_view name) const;
  // kDataLoss when there is no such block: the writer always writes what it is asked for.
  Result<Block> block(std::string_view name) const;
  std::vector<std::string> names() const;
  std::uint64_t size() const;
  const std::string& path() const;

  // Verifies every byte of the file, padding included; each finding is (offset, what).
  Status verify(const std::function<void(std::uint64_t offset, std::string what)>& report) const;
};

}  // namespace vecstore::storage
