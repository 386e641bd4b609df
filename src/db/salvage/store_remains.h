// What can still be read of a damaged store's structure: which collections there were, and which
// files hold them. From the manifest; where that is damaged, from the files themselves.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "db/salvage/findings.h"
#include "io/file_system.h"
#include "vecstore/value.h"

namespace vecstore::db {

struct SegmentRemains {
  std::uint64_t file = 0;
  std::uint64_t mask_file = 0;   // 0: none
  bool mask_is_unknown = false;  // it may have one that cannot be read
  std::uint64_t rows = 0;        // as the manifest says; 0 without one
};

struct CollectionRemains {
  std::string name;
  std::optional<Object> options;  // nothing: in no file that can be read
  std::uint64_t applied = 0;      // the log's records up to here are in the segments
  std::vector<SegmentRemains> segments;
};

struct StoreRemains {
  bool has_manifest = false;
  std::uint64_t database = 0;    // 0: unknown
  std::uint64_t catalog = 0;     // the manifest knows its changes up to here
  std::uint64_t log_start = 0;   // records below are in segments; 0: unknown
  std::uint64_t last_known = 0;  // the log reached at least this far
  std::map<std::uint32_t, CollectionRemains> collections;  // by number
  std::vector<std::pair<std::string, std::uint32_t>> aliases;
};

// kNotFound when there is no file of a database. What is damaged is told to `findings`.
Result<StoreRemains> read_remains(io::FileSystem& files, const std::string& folder,
                                  Findings& findings);

}  // namespace vecstore::db
