// Codes of a segment's vectors for the time that it has no graph: who has them, and how they are
// made from its columns.
#pragma once

#include <cstdint>
#include <memory>

#include "db/schema.h"
#include "index/coded_rows.h"
#include "query/segment.h"

namespace vecstore::db {

// Empty ones, or null where the field's vectors are always looked at themselves.
std::shared_ptr<index::CodedRows> codes_of(const VectorField& field);

// Codes up to `most` of the first `rows` that are not yet; see CodedRows::extend.
Status code_rows(const query::Segment& segment, const VectorField& of, std::uint32_t field,
                 query::Row rows, query::Row most, index::CodedRows& codes);

}  // namespace vecstore::db
