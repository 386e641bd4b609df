// A text field of a new segment file, out of those of its sources: no text is analysed again.
#pragma once

#include "db/segment/segment_writer.h"

namespace vecstore::db {

// Writes the blocks; none when there is no analyzer.
Status write_text_index(const SegmentPlan& plan, std::uint32_t field,
                        storage::BlockFileWriter& file);

}  // namespace vecstore::db
