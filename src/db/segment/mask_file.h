// Which rows of a segment file have died: docs/format/segment.md, "Masks".
#pragma once

#include <string>
#include <vector>

#include "db/segment/file_segment.h"
#include "io/file_system.h"

namespace vecstore::db {

// Rows of the segment that died at or before `sequence`, ascending.
std::vector<Row> dead_rows_until(const StoredSegment& segment, std::uint64_t sequence);

// Writes and syncs mask `number` of segment file `segment`.
Status write_mask(io::FileSystem& files, const std::string& path, std::uint64_t database,
                  std::uint64_t number, std::uint64_t segment, const std::vector<Row>& rows);

// Marks the mask's rows that are not dead as dead since `sequence`. kDataLoss when it is damaged or
// of another segment.
Status load_mask(io::FileSystem& files, const std::string& path, std::uint64_t database,
                 std::uint64_t number, FileSegment& segment, std::uint64_t sequence = 1);

// Of which segment a mask is: for whoever has to do without a manifest.
Result<std::uint64_t> mask_owner(io::FileSystem& files, const std::string& path,
                                 const storage::BlockFileIdentity& identity);

}  // namespace vecstore::db
