// The inside of CrashModel: a disk as safe state plus changes that may or may not have reached it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace vecstore::io {

// A write or a truncation that no sync has covered.
struct ContentChange {
  std::uint64_t size_before = 0;  // of the file
  Bytes data = {};
  std::optional<std::uint64_t> truncate_to = {};
};

struct CrashFile {
  Bytes safe;
  std::vector<ContentChange> pending;
  bool sync_failed = false;

  std::uint64_t size() const;
};

// How much of a file's unsynced changes survives.
struct ContentFate {
  std::size_t changes = 0;                              // the first so many
  std::optional<std::size_t> cut_at = {};               // the file ends there
  std::optional<std::size_t> zeros_from = {};           // its bytes from there on are zero...
  std::size_t zeros_to = static_cast<std::size_t>(-1);  // ...to there
  std::string description;
};

// Every fate of one file that is worth a look; "nothing" first, "everything" last.
std::vector<ContentFate> content_fates(const CrashFile& file);

Bytes content_after(const CrashFile& file, const ContentFate& fate);

// A create, make_folder, rename or remove that no sync_folder has covered.
struct NameChange {
  static constexpr std::size_t kFolder = static_cast<std::size_t>(-1);

  std::string removed = {};    // a name that goes, if any
  std::string made = {};       // a name that comes, if any...
  std::size_t file = kFolder;  // ...and what it stands for
  std::string folder = {};     // the folder whose sync makes it safe

  std::string to_string() const;
};

using Names = std::map<std::string, std::size_t>;

void apply_change(const NameChange& change, Names& names);

// Without the names whose folders are not there.
Names reachable(const Names& names);

}  // namespace vecstore::io
