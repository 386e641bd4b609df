// Backups as sources: docs/format/archive.md.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "io/file_system.h"
#include "storage/archive.h"
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

// A new database as the last of the backups has it: Database::restore.
Result<BackupReport> restore_backup(io::FileSystem& files, std::span<const std::string> backups,
                                    const std::string& path, const CancelToken& cancel);

}  // namespace vecstore::db
