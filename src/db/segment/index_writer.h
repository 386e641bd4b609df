// Writes the index file of a segment: docs/format/index.md.
#pragma once

#include <string>

#include "db/schema.h"
#include "db/segment/file_segment.h"
#include "index/crew.h"
#include "io/file_system.h"
#include "storage/block_file.h"
#include "vecstore/status.h"

namespace vecstore::db {

// Whether some field of the segment is to have a graph.
bool wants_index(const FileSegment& segment, const Schema& schema);

// Builds what the segment wants, writes and syncs the file. A field whose vectors no graph serves
// is left out. The same segment and schema give the same bytes, however many threads `pace` allows;
// when it is not ok nothing is left behind. `with_graphs_of`, the segment's index or null, spares
// the building of graphs: their rows are coded anew.
Status write_index(io::FileSystem& files, const std::string& path,
                   const storage::BlockFileIdentity& identity, const FileSegment& segment,
                   const Schema& schema, const IndexFile* with_graphs_of, const index::Pace& pace);

}  // namespace vecstore::db
