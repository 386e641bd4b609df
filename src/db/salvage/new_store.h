// A store made of rows that are at hand: segment files first, one manifest last. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "db/backup/new_folder.h"
#include "db/catalog.h"
#include "db/segment/file_segment.h"
#include "db/segment/memory_segment.h"
#include "io/file_system.h"
#include "storage/manifest.h"

namespace vecstore::db {

class NewStore {
 public:
  NewStore(io::FileSystem& files, std::string folder) : files_(files), folder_(std::move(folder)) {}

  // kAlreadyExists unless the folder is absent or empty, or an attempt that was killed has left it.
  Status begin();
  // The rows that live, as a file; null when there are none.
  Result<std::shared_ptr<FileSegment>> write(std::uint32_t collection, const std::string& name,
                                             const Schema& schema,
                                             const std::shared_ptr<StoredSegment>& rows);
  // Everything, with an empty log that goes on after `last`, durable and open to all.
  Status finish(const Catalog& catalog, std::uint64_t last);

 private:
  Status add_segments(const CollectionCore& core, storage::CollectionEntry& entry);
  Status write_log(std::uint64_t first);

  io::FileSystem& files_;
  const std::string folder_;
  std::unique_ptr<NewFolder> made_;
  std::uint64_t database_ = 0;
  std::uint64_t next_file_ = 1;
  std::map<std::uint64_t, storage::SegmentEntry> entries_;  // by file
};

}  // namespace vecstore::db
