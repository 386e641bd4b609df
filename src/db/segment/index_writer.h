// Writes the index file of a segment: docs/format/index.md.
#pragma once

#include <string>
#include <vector>

#include "db/schema.h"
#include "db/segment/file_segment.h"
#include "db/segment/segment_writer.h"
#include "index/crew.h"
#include "index/hnsw_index_builder.h"
#include "io/file_system.h"
#include "storage/block_file.h"
#include "vecstore/status.h"

namespace vecstore::db {

// Whether some field of the segment is to have a graph.
bool wants_index(const FileSegment& segment, const Schema& schema);

// A segment that is merged into another: what each of its rows is there, OldGraph::kGone where that
// is none.
struct MergedIndex {
  const IndexFile* index = nullptr;
  std::vector<Row> rows;
};
// Those of the plan's sources that have graphs. Lives as long as these.
std::vector<MergedIndex> merged_indexes(const SegmentPlan& plan);

// What spares the building of graphs from nothing.
struct OldIndexes {
  const IndexFile* recoded = nullptr;  // the segment's own: its graphs stay, rows are coded anew
  std::vector<MergedIndex> merged = {};
};

// Builds what the segment wants, writes and syncs the file. A field whose vectors no graph serves
// is left out. The same segment, schema and old indexes give the same bytes, however many threads
// `pace` allows; when it is not ok nothing is left behind. kDataLoss when an old index is damaged.
Status write_index(io::FileSystem& files, const std::string& path,
                   const storage::BlockFileIdentity& identity, const FileSegment& segment,
                   const Schema& schema, const OldIndexes& old, const index::Pace& pace);

// The codes, their stride and space of a field that has an index, as write_index would make them for
// the quantization of `as`.
Result<index::BuiltHnswIndex> recode_field(const FileSegment& segment, const VectorField& as,
                                           std::uint32_t field, const index::Pace& pace);

}  // namespace vecstore::db
