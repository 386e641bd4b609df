// A block file with every kind of block: for tests, fuzzing and benchmarks.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/random.h"
#include "io/memory_file_system.h"
#include "storage/block_file.h"
#include "storage/block_file_writer.h"

namespace vecstore::storage {

inline constexpr BlockFileIdentity kSampleIdentity{block_file_kind("TEST"), 0x0102030405060708, 9};

struct SampleBlock {
  std::string name;
  BlockLayout layout;
  Bytes content;
};

inline Bytes random_bytes(std::uint64_t seed, std::size_t size) {
  Random random(seed);
  Bytes bytes(size);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.next());
  return bytes;
}

// Empty, short, exactly a page, several pages and a short one, in both layouts.
inline const std::vector<SampleBlock>& sample_blocks() {
  static const std::vector<SampleBlock> kBlocks = [] {
    std::vector<SampleBlock> blocks;
    for (std::size_t size : {0u, 5u, 4096u, 9000u}) {
      blocks.push_back(
          {"paged" + std::to_string(size), BlockLayout::kPaged, random_bytes(1, size)});
      blocks.push_back(
          {"whole" + std::to_string(size), BlockLayout::kWhole, random_bytes(2, size)});
    }
    return blocks;
  }();
  return kBlocks;
}

inline Status write_sample_blocks(io::FileSystem& files, const std::string& path,
                                  const BlockFileIdentity& identity = kSampleIdentity) {
  VECSTORE_ASSIGN(auto writer, BlockFileWriter::create(files, path, identity));
  for (const SampleBlock& block : sample_blocks()) {
    VECSTORE_TRY(writer->add(block.name, block.layout, block.content));
  }
  return writer->finish().status();
}

// `bytes` with the changes that `edits` names, three bytes each: where (two, wrapped) and what to
// xor.
inline Bytes edited(Bytes bytes, ByteView edits) {
  for (; edits.size() >= 3 && !bytes.empty(); edits = edits.subspan(3)) {
    const std::size_t where =
        static_cast<std::size_t>(edits[0]) << 8 | static_cast<std::size_t>(edits[1]);
    bytes[where % bytes.size()] ^= edits[2];
  }
  return bytes;
}

inline Bytes sample_block_file() {
  io::MemoryFileSystem files;
  if (!write_sample_blocks(files, "file").ok()) return {};
  return *files.content("file");
}

}  // namespace vecstore::storage
