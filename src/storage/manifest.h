// The state of a database that is not in its log: which collections there are and which files hold
// them. One file MANIFEST-<number>, written whole, made visible by a rename; the highest number
// counts. Format: docs/format/manifest.md.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "io/file_system.h"
#include "vecstore/status.h"
#include "vecstore/value.h"

namespace vecstore::storage {

struct SegmentEntry {
  std::uint64_t file = 0;        // segments/<file>.seg
  std::uint64_t mask_file = 0;   // segments/<mask_file>.del; 0 = no dead rows
  std::uint64_t index_file = 0;  // segments/<index_file>.idx; 0 = no index
  std::uint64_t rows = 0;
  std::uint64_t dead_rows = 0;
  std::uint64_t bytes = 0;
  std::uint64_t min_sequence = 0;  // of the writes in it
  std::uint64_t max_sequence = 0;
  std::uint32_t level = 0;  // merges it has been through
  bool operator==(const SegmentEntry&) const = default;
};

struct CollectionEntry {
  std::uint32_t number = 0;  // never reused
  std::string name;
  Object options;             // as db writes them; unknown members are kept
  std::uint64_t applied = 0;  // every record of this collection up to here is in its segments
  std::vector<SegmentEntry> segments;
  bool keeps_versions = false;        // who does not know versions would drop them
  std::vector<SegmentEntry> history = {};  // segments/<file>.old: rows that were replaced or deleted
  bool operator==(const CollectionEntry&) const = default;
};

// A state that the database once had and that was given a name.
struct SnapshotEntry {
  std::string name;
  std::int64_t created_at = 0;               // milliseconds since 1970
  std::uint64_t sequence = 0;                // everything up to here is in it
  std::vector<CollectionEntry> collections;  // as in the manifest; nothing of them is in the log
  std::vector<std::pair<std::string, std::uint32_t>> aliases;
  bool operator==(const SnapshotEntry&) const = default;
};

struct Manifest {
  std::uint64_t number = 0;
  std::uint64_t database = 0;   // random id, made once
  std::uint64_t epoch = 0;      // of the last writer
  std::uint64_t log_start = 1;  // records below are in segments: replay begins here
  std::uint64_t catalog = 0;    // changes of collections and aliases up to here are in this
  std::uint64_t next_file = 1;
  std::uint32_t next_collection = 1;
  std::uint64_t restored =
      0;  // number of the manifest that last made a snapshot the state; 0: none
  std::vector<CollectionEntry> collections;                    // by number
  std::vector<std::pair<std::string, std::uint32_t>> aliases;  // by name
  std::vector<SnapshotEntry> snapshots;                        // by name
  bool operator==(const Manifest&) const = default;
};

// The newest manifest of the folder; kNotFound when there is none, kDataLoss when the newest is
// damaged, kFailedPrecondition for a newer format, kUnavailable when other processes replace it
// faster than it can be read.
Result<Manifest> read_manifest(io::FileSystem& files, const std::string& folder);

// The number of the newest, which may be gone by now; errors as above.
Result<std::uint64_t> newest_manifest(io::FileSystem& files, const std::string& folder);

// Whether the folder has it, finished.
Result<bool> has_manifest(io::FileSystem& files, const std::string& folder, std::uint64_t number);

// Writes manifest.number durably (temporary file, sync, rename, sync of the folder), then removes
// older ones. After an error the older one still counts or the new one does, never neither.
Status write_manifest(io::FileSystem& files, const std::string& folder, const Manifest& manifest);

}  // namespace vecstore::storage
