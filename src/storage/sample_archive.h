// A backup of a database with few files: for tests and fuzzing.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "storage/archive.h"
#include "storage/block_file_writer.h"
#include "storage/sample_blocks.h"

namespace vecstore::storage {

inline constexpr BlockFileIdentity kSampleBackup{kBackupKind, 0x0102030405060708, kBackupNumber};

using SampleFiles = std::vector<std::pair<std::string, Bytes>>;

inline const SampleFiles& sample_files() {
  static const SampleFiles kFiles = {{"MANIFEST-1", random_bytes(3, 100)},
                                     {"segments/12.seg", random_bytes(4, 9000)},
                                     {"segments/7.del", random_bytes(5, 4096)},
                                     {"wal/1.log", random_bytes(6, 64)}};
  return kFiles;
}

inline ArchiveContents sample_contents() {
  ArchiveContents contents{.sequence = 41, .created_at = 1'700'000'000'000};
  for (const auto& [name, content] : sample_files())
    contents.files.push_back({.name = name, .bytes = content.size(), .hash = hash64(content)});
  return contents;
}

inline Status write_sample_archive(io::FileSystem& files, const std::string& path,
                                   ByteView contents) {
  VECSTORE_ASSIGN(auto writer, BlockFileWriter::create(files, path, kSampleBackup));
  for (const auto& [name, content] : sample_files())
    VECSTORE_TRY(writer->add(name, BlockLayout::kPaged, content));
  VECSTORE_TRY(writer->add("contents", BlockLayout::kWhole, contents));
  return writer->finish().status();
}

}  // namespace vecstore::storage
