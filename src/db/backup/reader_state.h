// What a reader of a database sees, as files: for a backup of a folder that is not to be written.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "db/catalog.h"
#include "io/memory_file_system.h"
#include "storage/manifest.h"

namespace vecstore::db {

struct ReaderState {
  storage::SnapshotEntry state;
  std::uint64_t next_file = 1;
  // By name within the folder, as in "segments/3.seg"; open, so that they can be read to their end
  // when a writer removes them.
  std::map<std::string, std::unique_ptr<io::ReadableFile>> files;
  std::shared_ptr<io::MemoryFileSystem> made;  // has what is only in the log so far
};

// Of a store that nobody writes to in this process. kNotFound when a writer elsewhere has removed a
// file meanwhile: the store must be opened again. Memory: what the tail of the log holds.
Result<ReaderState> state_of_reader(io::FileSystem& files, const std::string& folder,
                                    const storage::Manifest& manifest, const Catalog& catalog,
                                    std::uint64_t sequence);

}  // namespace vecstore::db
