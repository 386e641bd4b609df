#include "db/segment/record_reader.h"

#include "base/value_codec.h"

namespace vecstore::db {

Result<Vector> read_vector(const Schema& schema, std::uint32_t field, const query::Segment& segment,
                           Row row) {
  if (!segment.has_field(field)) return Vector();
  Bytes scratch;
  VECSTORE_ASSIGN(const ByteView bytes, segment.vector_bytes(field, row, scratch));
  if (bytes.empty()) return Vector();
  return decode_vector(schema.fields[field], bytes);
}

Result<Metadata> read_metadata(const query::Segment& segment, Row row) {
  Bytes scratch;
  VECSTORE_ASSIGN(const ByteView bytes, segment.metadata(row, scratch));
  if (bytes.empty()) return Metadata();
  return decode_object(bytes);
}

Result<Record> read_record(const Schema& schema, const query::Segment& segment, Row row,
                           const RecordParts& parts) {
  Record record;
  Bytes scratch;
  VECSTORE_ASSIGN(const std::string_view id, segment.id(row, scratch));
  record.id = id;
  VECSTORE_ASSIGN(const RowInfo info, segment.info(row));
  record.expires_at = info.expires_at;
  record.created_at = info.created_at;
  record.updated_at = info.updated_at;
  record.deleted_at = info.deleted_at;
  record.version = info.sequence;
  if (parts.metadata) {
    VECSTORE_ASSIGN(record.metadata, read_metadata(segment, row));
  }
  if (parts.text) {
    VECSTORE_ASSIGN(const auto text, segment.text(row, scratch));
    if (text) record.text = std::string(*text);
  }
  for (std::uint32_t field = 0; parts.vectors && field < schema.fields.size(); ++field) {
    VECSTORE_ASSIGN(Vector vector, read_vector(schema, field, segment, row));
    if (vector.empty()) continue;
    if (schema.fields[field].name == kDefaultField) {
      record.vector = std::move(vector);
    } else {
      record.vectors.push_back({schema.fields[field].name, std::move(vector)});
    }
  }
  return record;
}

}  // namespace vecstore::db
