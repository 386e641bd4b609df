// Backups as sources: docs/format/archive.md.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "io/file_system.h"
#include "storage/archive.h"
#include "storage/manifest.h"
#include "vecstore/backup.h"

namespace vecstore::db {

// `path` is a folder with a backup in it, or a single file. kNotFound when there is none.
Result<std::shared_ptr<const storage::Archive>> open_backup(io::FileSystem& files,
                                                            const std::string& path);

// A database in a single file, which is no folder.
Result<std::shared_ptr<const storage::Archive>> open_single_file(io::FileSystem& files,
                                                                 const std::string& path,
                                                                 io::Access access);
// Nothing of it is in earlier backups or beside it.
bool is_whole(const storage::Archive& archive);
// Some of it is in earlier backups.
bool stands_on_earlier(const storage::Archive& archive);
// The manifest within, which must name the files of the list and no others.
Result<storage::Manifest> manifest_in(const storage::Archive& archive);
// kFailedPrecondition when the folder has been opened and written to since it became a backup,
// kDataLoss when a file of the list is not there as it was: neither can be stood on. Cost: a few
// hundred bytes of each file.
Status require_unchanged(io::FileSystem& files, const std::string& path,
                         const storage::Archive& archive);
// Of one file that lies beside the list, by its length and directory.
Status require_beside(io::FileSystem& files, const std::string& path,
                      const storage::ArchiveEntry& entry);

// A new database as the last of the backups has it: Database::restore.
Result<BackupReport> restore_backup(io::FileSystem& files, std::span<const std::string> backups,
                                    const std::string& path, const CancelToken& cancel);

}  // namespace vecstore::db
