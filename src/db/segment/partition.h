// Rows of a segment in order of a declared field, so that those of one value lie together and a
// query for them reads only their part.
#pragma once

#include "db/segment/segment_writer.h"
#include "vecstore/status.h"

namespace vecstore::db {

// Moves the plan's rows, where its schema has a partition key: those without the field first, then
// by its value, numbers by their size; among equals the order stays. Cost: a read of each row's
// metadata and a sort.
Status cluster_rows(SegmentPlan& plan);

}  // namespace vecstore::db
