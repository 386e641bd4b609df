// States of a database that are kept under a name: docs/guide/backup.md.
#pragma once

#include <cstdint>
#include <string>

#include "vecstore/record.h"

namespace vecstore {

struct SnapshotInfo {
  std::string name = {};
  TimeMs created_at = 0;
  std::uint64_t sequence = 0;      // of the last write in it
  std::uint64_t collections = 0;
  std::uint64_t records = 0;       // with those that are soft-deleted or have expired
  std::uint64_t bytes = 0;         // of all files that it needs
  std::uint64_t pinned_bytes = 0;  // of those that nothing else needs: what dropping it gives back
};

}  // namespace vecstore
