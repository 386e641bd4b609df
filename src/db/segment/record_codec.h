// A record as the bytes of a log payload, and the plain view of those bytes that memory segments
// copy from.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "db/schema.h"
#include "vecstore/record.h"
#include "vecstore/status.h"

namespace vecstore::db {

// The stored form of one vector: what its column holds.
struct VectorBytes {
  std::uint32_t field = 0;
  ByteView bytes;
};

// Views into a payload, checked against the schema.
struct RecordView {
  std::string_view id;
  ByteView metadata;  // encode_object; empty for {}
  std::optional<std::string_view> text;
  TimeMs expires_at = 0;
  std::vector<VectorBytes> vectors;            // by field number
  std::span<const text::RowTerms> terms = {};  // of each text field; empty: still to be made
};

// Checks id, limits, text, metadata and vectors, then appends the payload of a kUpsert.
Status encode_record(const Schema& schema, std::string_view collection, const Record& record,
                     Bytes& out);
void encode_view(const RecordView& view, Bytes& out);
Result<RecordView> decode_record(const Schema& schema, ByteView payload);

// The stored bytes of a checked vector, appended; and back.
void encode_vector(const VectorField& field, const Vector& vector, Bytes& out);
Result<Vector> decode_vector(const VectorField& field, ByteView bytes);

// Payloads of the other record operations.
Status encode_update(const Schema& schema, std::string_view collection, const Update& update,
                     Bytes& out);
struct UpdateView {
  std::string_view id;
  std::optional<ByteView> metadata;
  std::optional<ByteView> patch;
  std::optional<std::string_view> text;
  bool remove_text = false;
  std::optional<TimeMs> expires_at;
  std::vector<VectorBytes> vectors;  // empty bytes: remove the field's vector
};
Result<UpdateView> decode_update(const Schema& schema, ByteView payload);

}  // namespace vecstore::db
