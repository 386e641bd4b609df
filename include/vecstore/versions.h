// Older states of records, kept where CollectionOptions::keep_versions asks for it: docs/guide/versions.md.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "vecstore/record.h"

namespace vecstore {

// What one write made of a record.
struct RecordVersion {
  std::uint64_t sequence = 0;  // of the write: what get_version and rollback ask for
  TimeMs written_at = 0;
  bool current = false;  // what get() returns now
  bool deleted = false;  // the write removed or soft-deleted it
  // On request. A removal has none; that of a soft deletion has its deleted_at set.
  std::optional<Record> record = {};
};

}  // namespace vecstore
