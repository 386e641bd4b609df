// Copies of a database that are kept elsewhere: docs/guide/backup.md.
#pragma once

#include <cstdint>
#include <string>

#include "vecstore/query.h"

namespace vecstore {

struct BackupOptions {
  // One file, which opens as it is, instead of a folder.
  bool single_file = false;
  // An earlier backup of the same database, in either form: files that it has, or that it knows to be in one before it, are not copied again.
  // Restoring then needs all of them. Empty: everything is copied.
  std::string base = {};
  CancelToken cancel = {};
};

struct BackupReport {
  std::uint64_t sequence = 0;      // of the last write in it
  std::uint64_t files = 0;         // that make up the database
  std::uint64_t bytes = 0;
  std::uint64_t copied_files = 0;  // the others are in earlier backups
  std::uint64_t copied_bytes = 0;
};

}  // namespace vecstore
