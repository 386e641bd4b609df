// The text index of a new segment file, out of those of its sources: no text is analysed again.
#pragma once

#include "db/segment/segment_writer.h"

namespace vecstore::db {

// Writes the blocks; none when the collection has no analyzer.
Status write_text_index(const SegmentPlan& plan, storage::BlockFileWriter& file);

}  // namespace vecstore::db
