// What opening a store and checking one have in common.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "db/segment/file_segment.h"
#include "io/file_system.h"
#include "storage/manifest.h"

namespace vecstore::db {

// `given`, or the disk; kUnimplemented where there is none (WebAssembly).
Result<io::FileSystem*> files_of(io::FileSystem* given);

// Names of the files in segments/ that these need, in order.
using FileNames = std::vector<std::string>;
FileNames files_of(const std::vector<storage::CollectionEntry>& collections);
// Those of the present state and of all snapshots.
FileNames files_of(const storage::Manifest& manifest);
// `names` without those in `others`; both are in order.
FileNames without(const FileNames& names, const FileNames& others);
// Of those that are there, in the folder's segments/.
Result<std::uint64_t> bytes_of(io::FileSystem& files, const std::string& folder,
                               const FileNames& names);

// Of a path; "." for a bare name.
std::string parent_of(const std::string& path);

// Makes the folder and its parents, their names safe from a power cut.
Status make_durable_folder(io::FileSystem& files, const std::string& folder);

// Random; never 0.
std::uint64_t new_database_id();

// What seeds the checksums of a database's log.
std::uint32_t salt_of(std::uint64_t database);

// The last sequence that the manifest shows to have been in the log.
std::uint64_t last_known(const storage::Manifest& manifest);

// kDataLoss when the log ends, with `last`, before what the manifest knows of, or has no file
// although the manifest expects one: everything that a manifest counts on was on the disk before
// it.
Status check_log_end(io::FileSystem& files, const std::string& folder,
                     const storage::Manifest& manifest, std::uint64_t last);

// Segments that are open, by their files' numbers.
struct KnownSegments {
  struct Known {
    std::shared_ptr<FileSegment> segment;
    std::uint64_t index_file = 0;
  };
  std::map<std::uint64_t, Known> by_file;
  std::uint64_t restored = 0;  // of the manifest that they were opened by
  std::uint64_t sequence = 0;  // all deaths up to here are marked in them
  bool masks_known = false;    // those of the masks, too
};

// Where a collection's segments come from.
struct SegmentSource {
  io::FileSystem& files;
  const std::string& folder;
  io::Access access;
  std::uint64_t database;
  // Told of an index that is damaged and left out: queries scan, and a writer builds another.
  std::function<void(const std::string&)> warn;
  const KnownSegments* known = nullptr;  // taken as they are; deaths are marked in them
};

using Files = std::vector<std::shared_ptr<FileSegment>>;

// The segment files of a collection, oldest first, their masks applied and their indexes open.
Result<Files> open_segments(const SegmentSource& source, const storage::CollectionEntry& entry,
                            const Schema& schema);

// The older versions of its records, oldest file first; those that are `open` are taken as they are.
Result<Files> open_history(const SegmentSource& source, const storage::CollectionEntry& entry,
                           const Schema& schema, const Files& open = {});

// The index that the entry names.
Result<std::unique_ptr<IndexFile>> open_index(const SegmentSource& source,
                                              const storage::SegmentEntry& entry,
                                              const Schema& schema);

}  // namespace vecstore::db
