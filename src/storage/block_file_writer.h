// Writes a block file: docs/format/block-file.md.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "io/file_system.h"
#include "storage/block_format.h"
#include "vecstore/status.h"

namespace vecstore::storage {

// One thread at a time. After an error every later call returns it.
class BlockFileWriter {
 public:
  // `path` must not exist. A failed or abandoned writer removes what it wrote.
  static Result<std::unique_ptr<BlockFileWriter>> create(io::FileSystem& files,
                                                         const std::string& path,
                                                         const BlockFileIdentity& identity);
  ~BlockFileWriter();
  BlockFileWriter(const BlockFileWriter&) = delete;
  BlockFileWriter& operator=(const BlockFileWriter&) = delete;

  // begin, append…, end; or add for a block at hand. Names are unique, 1 to 255 bytes. Data begins
  // on a 4 KiB boundary when paged, else on 64 bytes.
  Status begin(std::string_view name, BlockLayout layout);
  Status append(ByteView data);
  Status end();
  Status add(std::string_view name, BlockLayout layout, ByteView data);

  // Writes directory and footer and syncs the file (not its folder). The file's size.
  Result<std::uint64_t> finish();

 private:
  BlockFileWriter(io::FileSystem& files, const std::string& path, const BlockFileIdentity& identity,
                  std::unique_ptr<io::WritableFile> file);

  void checksum_pages(ByteView data);
  void end_page();
  void put(ByteView data);
  void pad_to(std::uint64_t alignment);
  void flush();
  Status misused(const std::string& what);

  io::FileSystem& files_;
  const std::string path_;
  const BlockFileIdentity identity_;
  std::unique_ptr<io::WritableFile> file_;
  Status status_;
  bool finished_ = false;

  const std::size_t gathered_;  // so much at most waits in the buffer
  Bytes buffer_;
  std::uint64_t position_ = 0;  // of the next byte, buffered ones counted
  Bytes directory_;
  std::set<std::string, std::less<>> names_;

  bool in_block_ = false;
  BlockEntry block_;
  std::uint32_t checksum_ = 0;  // of the whole block, or of its last page so far
  Bytes page_checksums_;
};

}  // namespace vecstore::storage
