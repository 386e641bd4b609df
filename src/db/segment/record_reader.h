// A row's columns back into the record the user wrote.
#pragma once

#include "db/collection_core.h"
#include "vecstore/record.h"

namespace vecstore::db {

struct RecordParts {
  bool metadata = true;
  bool text = true;
  bool vectors = true;
};

Result<Record> read_record(const Schema& schema, const query::Segment& segment, Row row,
                           const RecordParts& parts);
// The vector of one field as the user stored it; empty when the row lacks it.
Result<Vector> read_vector(const Schema& schema, std::uint32_t field, const query::Segment& segment,
                           Row row);
Result<Metadata> read_metadata(const query::Segment& segment, Row row);

}  // namespace vecstore::db
