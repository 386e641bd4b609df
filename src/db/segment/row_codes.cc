#include "db/segment/row_codes.h"

#include "db/index_options.h"
#include "index/vector_codec.h"

namespace vecstore::db {

std::shared_ptr<index::CodedRows> codes_of(const VectorField& field) {
  if (!has_graph(field) || !index::CodedRows::serves(field.metric, field.dimension)) return nullptr;
  return std::make_shared<index::CodedRows>(field.metric, field.dimension);
}

Status code_rows(const query::Segment& segment, const VectorField& of, std::uint32_t field,
                 query::Row rows, query::Row most, index::CodedRows& codes) {
  Bytes scratch;
  std::vector<float> factors;
  const auto read = [&](query::Row row, std::span<float> out) -> Result<bool> {
    // unreached: which rows have a dense vector is in memory
    VECSTORE_ASSIGN(const bool present, segment.has_vector(field, row));
    if (!present) return false;
    VECSTORE_ASSIGN(const index::DenseRows one, segment.dense(field, row, 1, scratch, factors));
    const float scale = of.storage == ElementType::kI8 ? one.factors[1] : 1;
    index::decode_components(of.storage, one.rows, scale, out);
    return true;
  };
  return codes.extend(rows, most, read);
}

}  // namespace vecstore::db
