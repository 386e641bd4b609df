#include "db/segment/record_codec.h"

#include "base/coding.h"
#include "base/utf8.h"
#include "base/value_codec.h"
#include "db/validate.h"
#include "index/blob_distance.h"
#include "index/vector_codec.h"
#include "vecstore/limits.h"

namespace vecstore::db {
namespace {

// Flag bits of a payload: which parts follow.
constexpr std::uint8_t kText = 1;
constexpr std::uint8_t kMetadata = 2;
constexpr std::uint8_t kExpires = 4;
constexpr std::uint8_t kPatch = 8;
constexpr std::uint8_t kRemoveText = 16;

void put_sized(Bytes& out, ByteView bytes) {
  put_varint(out, bytes.size());
  put_bytes(out, bytes);
}

ByteView get_sized(ByteReader& in) { return as_bytes(in.string()); }

Status put_object(const Object& object, Bytes& out) {
  VECSTORE_TRY(check_metadata(object));
  Bytes encoded;
  encode_object(object, encoded);
  if (encoded.size() > kMaxMetadataBytes)
    return invalid_argument("metadata takes " + std::to_string(encoded.size()) +
                            " bytes, the limit is " + std::to_string(kMaxMetadataBytes));
  put_sized(out, encoded);
  return {};
}

Result<const VectorField*> named_field(const Schema& schema, std::string_view collection,
                                       std::string_view name) {
  if (const auto number = schema.find(name)) return &schema.fields[*number];
  return invalid_argument("collection '" + std::string(collection) + "' has no vector field '" +
                          std::string(name) + "'");
}

Status put_vector(const Schema& schema, std::string_view collection, const NamedVector& named,
                  Bytes& out) {
  VECSTORE_ASSIGN(const VectorField* field, named_field(schema, collection, named.field));
  put_varint(out, static_cast<std::uint64_t>(field - schema.fields.data()));
  if (named.vector.empty()) {
    put_varint(out, 0);
    return {};
  }
  VECSTORE_TRY(check_vector(*field, collection, named.vector));
  Bytes encoded;
  encode_vector(*field, named.vector, encoded);
  put_sized(out, encoded);
  return {};
}

Status refuse_twice(const std::vector<NamedVector>& vectors) {
  for (std::size_t i = 0; i < vectors.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (vectors[i].field == vectors[j].field)
        return invalid_argument("vector field '" + vectors[i].field + "' is given twice");
  return {};
}

// The default field's bytes go straight to the log buffer: this is the path of every plain upsert.
Status put_vectors(const Schema& schema, std::string_view collection, const Record& record,
                   Bytes& out) {
  VECSTORE_TRY(refuse_twice(record.vectors));
  std::uint64_t count = record.vector.empty() ? 0 : 1;
  for (const NamedVector& named : record.vectors) count += named.vector.empty() ? 0 : 1;
  put_varint(out, count);
  if (!record.vector.empty()) {
    const VectorField& field = schema.fields.front();
    VECSTORE_TRY(check_vector(field, collection, record.vector));
    put_varint(out, 0);
    if (field.kind == VectorKind::kDense) {
      put_varint(out, index::encoded_bytes(field.storage, field.dimension));
      index::encode_dense(field.storage, *record.vector.dense(), out);
    } else {
      Bytes encoded;
      encode_vector(field, record.vector, encoded);
      put_sized(out, encoded);
    }
  }
  for (const NamedVector& named : record.vectors) {
    if (named.field == kDefaultField && !record.vector.empty())
      return invalid_argument("vector field '" + named.field + "' is given twice");
    if (!named.vector.empty()) VECSTORE_TRY(put_vector(schema, collection, named, out));
  }
  return {};
}

Status check_vector_bytes(const VectorField& field, ByteView bytes) {
  bool right = true;
  if (field.kind == VectorKind::kDense)
    right =
        field.dimension > 0 && bytes.size() == index::encoded_bytes(field.storage, field.dimension);
  if (field.kind == VectorKind::kBinary) right = bytes.size() == (field.dimension + 7) / 8;
  if (field.kind == VectorKind::kSparse)
    return index::decode_sparse(field.dimension, bytes).status();
  if (field.kind == VectorKind::kMulti)
    return index::decode_multi(field.storage, field.dimension, bytes).status();
  return right ? Status() : data_loss("a stored vector has the wrong size");
}

Status get_vectors(const Schema& schema, ByteReader& in, bool may_be_empty,
                   std::vector<VectorBytes>& out) {
  const std::uint64_t count = in.varint();
  if (count > schema.fields.size())
    return data_loss("a record has more vectors than its collection has fields");
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t field = in.varint();
    const ByteView bytes = get_sized(in);
    if (!in.ok() || field >= schema.fields.size())
      return data_loss("a record's vectors are cut short");
    const auto index = static_cast<std::uint32_t>(field);
    if (!bytes.empty() || !may_be_empty)
      VECSTORE_TRY(check_vector_bytes(schema.fields[index], bytes));
    out.push_back({index, bytes});
  }
  return {};
}

}  // namespace

void encode_vector(const VectorField& field, const Vector& vector, Bytes& out) {
  // unreached: there is no other kind
  switch (field.kind) {
    case VectorKind::kDense:
      return index::encode_dense(field.storage, *vector.dense(), out);
    case VectorKind::kSparse:
      return index::encode_sparse(*vector.sparse(), out);
    case VectorKind::kBinary:
      return put_bytes(out, std::as_bytes(std::span(vector.binary()->bytes)));
    case VectorKind::kMulti:
      return index::encode_multi(field.storage, *vector.multi(), out);
  }
}

Result<Vector> decode_vector(const VectorField& field, ByteView bytes) {
  if (field.kind == VectorKind::kSparse) {
    VECSTORE_ASSIGN(SparseVector vector, index::decode_sparse(field.dimension, bytes));
    return Vector(std::move(vector));
  }
  if (field.kind == VectorKind::kMulti) {
    VECSTORE_ASSIGN(MultiVector vector, index::decode_multi(field.storage, field.dimension, bytes));
    return Vector(std::move(vector));
  }
  VECSTORE_TRY(check_vector_bytes(field, bytes));
  if (field.kind == VectorKind::kBinary) {
    const auto* begin = reinterpret_cast<const std::uint8_t*>(bytes.data());
    return Vector(BinaryVector{field.dimension, {begin, begin + bytes.size()}});
  }
  DenseVector values(field.dimension);
  index::decode_dense(field.storage, bytes, values);
  return Vector(std::move(values));
}

Status encode_record(const Schema& schema, std::string_view collection, const Record& record,
                     Bytes& out) {
  VECSTORE_TRY(check_id(record.id));
  if (record.expires_at < 0)
    return invalid_argument("expires_at is " + std::to_string(record.expires_at) + ", before 1970");
  const bool text = record.text.has_value();
  const bool metadata = !record.metadata.empty();
  const bool expires = record.expires_at != 0;
  put_u8(out, static_cast<std::uint8_t>((text ? kText : 0) | (metadata ? kMetadata : 0) |
                                        (expires ? kExpires : 0)));
  put_string(out, record.id);
  VECSTORE_TRY(schema.metadata.check(record.metadata));
  if (metadata) VECSTORE_TRY(put_object(record.metadata, out));
  if (text) {
    VECSTORE_TRY(check_text(*record.text));
    put_string(out, *record.text);
  }
  if (expires) put_u64(out, static_cast<std::uint64_t>(record.expires_at));
  return put_vectors(schema, collection, record, out);
}

void encode_view(const RecordView& view, Bytes& out) {
  put_u8(out, static_cast<std::uint8_t>((view.text ? kText : 0) |
                                        (view.metadata.empty() ? 0 : kMetadata) |
                                        (view.expires_at != 0 ? kExpires : 0)));
  put_string(out, view.id);
  if (!view.metadata.empty()) put_sized(out, view.metadata);
  if (view.text) put_string(out, *view.text);
  if (view.expires_at != 0) put_u64(out, static_cast<std::uint64_t>(view.expires_at));
  put_varint(out, view.vectors.size());
  for (const VectorBytes& vector : view.vectors) {
    put_varint(out, vector.field);
    put_sized(out, vector.bytes);
  }
}

Result<RecordView> decode_record(const Schema& schema, ByteView payload) {
  ByteReader in(payload);
  RecordView view;
  const std::uint8_t flags = in.u8();
  view.id = in.string();
  if (flags & kMetadata) view.metadata = get_sized(in);
  if (flags & kText) view.text = in.string();
  if (flags & kExpires) view.expires_at = static_cast<TimeMs>(in.u64());
  VECSTORE_TRY(get_vectors(schema, in, false, view.vectors));
  if (!in.at_end() || !check_id(view.id).ok())
    return data_loss("a logged record is not well formed");
  return view;
}

Status encode_update(const Schema& schema, std::string_view collection, const Update& update,
                     Bytes& out) {
  VECSTORE_TRY(check_id(update.id));
  if (update.text && update.remove_text)
    return invalid_argument("update of '" + update.id + "' both sets and removes the text");
  if (update.expires_at && *update.expires_at < 0)
    return invalid_argument("expires_at is " + std::to_string(*update.expires_at) +
                            ", before 1970");
  put_u8(out, static_cast<std::uint8_t>(
                  (update.text ? kText : 0) | (update.metadata ? kMetadata : 0) |
                  (update.expires_at ? kExpires : 0) | (update.metadata_patch ? kPatch : 0) |
                  (update.remove_text ? kRemoveText : 0)));
  put_string(out, update.id);
  if (update.metadata) VECSTORE_TRY(put_object(*update.metadata, out));
  if (update.metadata_patch) VECSTORE_TRY(put_object(*update.metadata_patch, out));
  if (update.text) {
    VECSTORE_TRY(check_text(*update.text));
    put_string(out, *update.text);
  }
  if (update.expires_at) put_u64(out, static_cast<std::uint64_t>(*update.expires_at));
  VECSTORE_TRY(refuse_twice(update.vectors));
  put_varint(out, update.vectors.size());
  for (const NamedVector& named : update.vectors)
    VECSTORE_TRY(put_vector(schema, collection, named, out));
  return {};
}

Result<UpdateView> decode_update(const Schema& schema, ByteView payload) {
  ByteReader in(payload);
  UpdateView view;
  const std::uint8_t flags = in.u8();
  view.id = in.string();
  if (flags & kMetadata) view.metadata = get_sized(in);
  if (flags & kPatch) view.patch = get_sized(in);
  if (flags & kText) view.text = in.string();
  if (flags & kExpires) view.expires_at = static_cast<TimeMs>(in.u64());
  view.remove_text = (flags & kRemoveText) != 0;
  VECSTORE_TRY(get_vectors(schema, in, true, view.vectors));
  if (!in.at_end() || !check_id(view.id).ok())
    return data_loss("a logged update is not well formed");
  return view;
}

}  // namespace vecstore::db
