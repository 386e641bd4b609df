// Writes a backup, as a folder or a single file: docs/format/archive.md. Whole or not at all.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "db/backup/copy_file.h"
#include "db/backup/new_folder.h"
#include "storage/archive.h"
#include "storage/block_file_writer.h"
#include "storage/manifest.h"

namespace vecstore::db {

class BackupWriter {
 public:
  static Result<std::unique_ptr<BackupWriter>> create(io::FileSystem& files,
                                                      const std::string& destination,
                                                      bool single_file, std::uint64_t database);
  // Removes what was written, unless finished.
  ~BackupWriter();
  BackupWriter(const BackupWriter&) = delete;
  BackupWriter& operator=(const BackupWriter&) = delete;

  // A segment, mask or index: copied, with all of the entry filled in but `directory`.
  Result<storage::ArchiveEntry> add(const std::string& name, const io::ReadableFile& source,
                                    const CancelToken& cancel);
  // The manifest and the log.
  Result<storage::ArchiveEntry> add_small(const std::string& name, Bytes content);

  // Verifies all copies, then makes the backup count. With `manifest` and its log, a folder opens
  // by itself.
  Status finish(const storage::ArchiveContents& contents, const storage::Manifest* manifest,
                ByteView log);

 private:
  BackupWriter(io::FileSystem& files, std::string destination, std::uint64_t database)
      : files_(files), destination_(std::move(destination)), database_(database) {}
  Status finish_file(const storage::ArchiveContents& contents);
  Status finish_folder(const storage::ArchiveContents& contents, const storage::Manifest* manifest,
                       ByteView log);
  Status write_list(storage::BlockFileWriter& list, const storage::ArchiveContents& contents) const;
  Status verify(io::FileSystem& files, const std::string& root,
                const storage::ArchiveContents& contents) const;

  io::FileSystem& files_;
  const std::string destination_;
  const std::uint64_t database_;
  std::unique_ptr<NewFolder> folder_;                 // one of these
  std::unique_ptr<storage::BlockFileWriter> single_;  // at destination_ + ".unfinished"
  std::string unfinished_;                            // that file, when finished but not renamed
  std::vector<std::pair<std::string, Bytes>> small_;
};

}  // namespace vecstore::db
