// Writes text fields, in memory or already encoded, into the blocks of one new segment: a seal, or
// a merge. Texts are not analysed again.
#pragma once

#include <cstdint>
#include <span>

#include "text/index/field_format.h"
#include "text/index/field_view.h"

namespace vecstore::text {

struct FieldSource {
  FieldView field;
  // For each row below field.bound() its row in the new segment, or kNoRow when it is dropped;
  // empty: the rows stay.
  std::span<const Row> new_rows = {};
};

// No two rows become one; `rows` is beyond all new ones. The same sources give the same bytes.
// kDataLoss when a source is damaged, kResourceExhausted when a list outgrows the format (4 GiB).
Result<EncodedField> encode_field(std::span<const FieldSource> sources, Row rows,
                                  std::uint64_t fingerprint);

}  // namespace vecstore::text
