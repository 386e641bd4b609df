// The canonical JSON of one record: what export writes, import reads and the wire speaks.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/base64.h"
#include "base/json.h"
#include "base/nearest.h"
#include "base/utf8.h"
#include "vecstore/record.h"

namespace vecstore {
namespace {

constexpr std::string_view kRecordMembers[] = {
    "id",         "vector",     "vectors",    "text",       "metadata",
    "expires_at", "created_at", "updated_at", "deleted_at", "version"};
constexpr std::string_view kSparseMembers[] = {"dimension", "indices", "values"};
constexpr std::string_view kBinaryMembers[] = {"dimension", "bits"};

void append_numbers(std::string& out, std::span<const float> numbers) {
  out += '[';
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i > 0) out += ',';
    append_json_float(out, numbers[i]);
  }
  out += ']';
}

void append_sparse(std::string& out, const SparseVector& vector) {
  out += "{\"dimension\":" + std::to_string(vector.dimension) + ",\"indices\":[";
  for (std::size_t i = 0; i < vector.indices.size(); ++i) {
    out += (i > 0 ? "," : "") + std::to_string(vector.indices[i]);
  }
  out += "],\"values\":";
  append_numbers(out, vector.values);
  out += '}';
}

void append_binary(std::string& out, const BinaryVector& vector) {
  out += "{\"dimension\":" + std::to_string(vector.dimension) + ",\"bits\":\"" +
         base64_encode(std::as_bytes(std::span(vector.bytes))) + "\"}";
}

void append_multi(std::string& out, const MultiVector& vector) {
  const std::span<const float> values = vector.values;
  const std::size_t row = vector.dimension > 0 ? vector.dimension : values.size();
  out += '[';
  for (std::size_t from = 0; from < values.size(); from += row) {
    if (from > 0) out += ',';
    append_numbers(out, values.subspan(from, std::min(row, values.size() - from)));
  }
  out += ']';
}

void append_vector(std::string& out, const Vector& vector) {
  switch (vector.kind()) {
    case VectorKind::kDense:
      return append_numbers(out, *vector.dense());
    case VectorKind::kSparse:
      return append_sparse(out, *vector.sparse());
    case VectorKind::kBinary:
      return append_binary(out, *vector.binary());
    case VectorKind::kMulti:
      return append_multi(out, *vector.multi());
  }
}

void append_named_vectors(std::string& out, const std::vector<NamedVector>& vectors) {
  bool any = false;
  for (const NamedVector& named : vectors) {
    if (named.vector.empty()) continue;
    out += any ? "," : ",\"vectors\":{";
    any = true;
    append_json_string(out, named.field);
    out += ':';
    append_vector(out, named.vector);
  }
  if (any) out += '}';
}

void append_if_set(std::string& out, const char* name, std::int64_t number) {
  if (number != 0) out += ",\"" + std::string(name) + "\":" + std::to_string(number);
}

Status needs(const std::string& what, const char* needed) {
  return invalid_argument(what + " must be " + needed);
}

Status refuse_unknown(const Object& object, std::span<const std::string_view> known) {
  for (const Object::Member& member : object) {
    if (std::find(known.begin(), known.end(), member.key) != known.end()) continue;
    const std::string_view near = nearest_name(member.key, known);
    return invalid_argument("unknown member '" + shorten(member.key) + "'" +
                            (near.empty() ? "" : ", did you mean '" + std::string(near) + "'"));
  }
  return {};
}

Result<std::int64_t> read_integer(const Value* json, const std::string& what, std::int64_t most) {
  const std::int64_t* number = json ? json->as_int() : nullptr;
  if (number && *number >= 0 && *number <= most) return *number;
  return needs(what, ("an integer from 0 to " + std::to_string(most)).c_str());
}

Result<std::uint32_t> read_uint32(const Value* json, const std::string& what) {
  VECSTORE_ASSIGN(const std::int64_t number, read_integer(json, what, UINT32_MAX));
  return static_cast<std::uint32_t>(number);
}

// Appends the numbers of a list, each rounded once from the double that the text means.
Status read_numbers(const List& list, std::vector<float>& out) {
  out.reserve(out.size() + list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::int64_t* integer = list[i].as_int();
    if (!integer && !list[i].as_double()) {
      return needs("component " + std::to_string(i), "a number");
    }
    const float number =
        integer ? static_cast<float>(*integer) : static_cast<float>(*list[i].as_double());
    if (!std::isfinite(number)) {
      return invalid_argument("component " + std::to_string(i) + " is beyond 32-bit floats");
    }
    out.push_back(number);
  }
  return {};
}

Result<Vector> read_dense(const List& list) {
  DenseVector numbers;
  VECSTORE_TRY(read_numbers(list, numbers));
  return Vector(std::move(numbers));
}

Result<Vector> read_multi(const List& rows) {
  MultiVector vector;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const List* row = rows[i].as_list();
    if (!row) return needs("row " + std::to_string(i), "a list of numbers like the first");
    if (i == 0) vector.dimension = static_cast<std::uint32_t>(row->size());
    if (row->size() != vector.dimension || row->empty()) {
      return invalid_argument("row " + std::to_string(i) + " has " + std::to_string(row->size()) +
                              " components, the first has " + std::to_string(vector.dimension));
    }
    VECSTORE_TRY(read_numbers(*row, vector.values).with_context("row " + std::to_string(i)));
  }
  return Vector(std::move(vector));
}

Result<Vector> read_sparse(const Object& object) {
  VECSTORE_TRY(refuse_unknown(object, kSparseMembers));
  SparseVector vector;
  VECSTORE_ASSIGN(vector.dimension, read_uint32(object.find("dimension"), "dimension"));
  const Value* indices = object.find("indices");
  const Value* values = object.find("values");
  if (!indices->as_list()) return needs("indices", "a list");
  if (!values || !values->as_list()) return needs("values", "a list");
  for (const Value& json : *indices->as_list()) {
    const std::string what = "index " + std::to_string(vector.indices.size());
    VECSTORE_ASSIGN(const std::uint32_t index, read_uint32(&json, what));
    vector.indices.push_back(index);
  }
  VECSTORE_TRY(read_numbers(*values->as_list(), vector.values));
  return Vector(std::move(vector));
}

Result<Vector> read_binary(const Object& object) {
  VECSTORE_TRY(refuse_unknown(object, kBinaryMembers));
  BinaryVector vector;
  VECSTORE_ASSIGN(vector.dimension, read_uint32(object.find("dimension"), "dimension"));
  const std::string* bits = object.find("bits")->as_string();
  if (!bits) return needs("bits", "base64 text");
  Result<Bytes> bytes = base64_decode(*bits);
  if (!bytes.ok()) return bytes.status().with_context("bits");
  const std::string_view content = as_text(*bytes);
  vector.bytes.assign(content.begin(), content.end());
  return Vector(std::move(vector));
}

Result<Vector> read_vector(const Value& json) {
  const List* list = json.as_list();
  const Object* object = json.as_object();
  if (list && !list->empty()) return (*list)[0].as_list() ? read_multi(*list) : read_dense(*list);
  if (object && object->find("indices")) return read_sparse(*object);
  if (object && object->find("bits")) return read_binary(*object);
  return invalid_argument(
      "a vector is a list of numbers, a list of such lists, {\"dimension\",\"indices\",\"values\"} "
      "or "
      "{\"dimension\",\"bits\"}");
}

Status read_named_vectors(const Value& json, Record& record) {
  if (!json.as_object()) return needs("vectors", "an object of vectors by field name");
  for (const Object::Member& member : *json.as_object()) {
    if (member.value.is_null()) continue;
    Result<Vector> vector = read_vector(member.value);
    if (!vector.ok()) return vector.status().with_context("vectors." + shorten(member.key));
    record.vectors.push_back({member.key, *std::move(vector)});
  }
  return {};
}

Status read_time(const Object::Member& member, Record& record) {
  TimeMs& time = member.key == "expires_at"   ? record.expires_at
                 : member.key == "created_at" ? record.created_at
                 : member.key == "updated_at" ? record.updated_at
                                              : record.deleted_at;
  VECSTORE_ASSIGN(time, read_integer(&member.value, member.key, INT64_MAX));
  return {};
}

Status read_member(const Object::Member& member, Record& record) {
  const auto& [key, json] = member;
  if (key == "vectors") return read_named_vectors(json, record);
  if (key == "vector") {
    Result<Vector> vector = read_vector(json);
    if (!vector.ok()) return vector.status().with_context("vector");
    record.vector = *std::move(vector);
  } else if (key == "text") {
    if (!json.as_string()) return needs("text", "a string");
    record.text = *json.as_string();
  } else if (key == "metadata") {
    if (!json.as_object()) return needs("metadata", "an object");
    record.metadata = *json.as_object();
  } else if (key == "version") {
    VECSTORE_ASSIGN(const std::int64_t version, read_integer(&json, key, INT64_MAX));
    record.version = static_cast<std::uint64_t>(version);
  } else if (key != "id") {
    return read_time(member, record);
  }
  return {};
}

Result<std::string> read_id(const Object& object) {
  const Value* id = object.find("id");
  if (!id) return invalid_argument("a record has no id");
  if (id->as_string()) return *id->as_string();
  const std::string hint = id->is_number() ? ": write \"" + id->to_json() + "\"" : "";
  return invalid_argument("the id of a record must be a string" + hint);
}

}  // namespace

std::string Record::to_json() const {
  std::string out = "{\"id\":";
  append_json_string(out, id);
  if (!vector.empty()) {
    out += ",\"vector\":";
    append_vector(out, vector);
  }
  append_named_vectors(out, vectors);
  if (text) {
    out += ",\"text\":";
    append_json_string(out, *text);
  }
  if (!metadata.empty()) {
    out += ",\"metadata\":";
    append_json(out, metadata);
  }
  append_if_set(out, "expires_at", expires_at);
  append_if_set(out, "created_at", created_at);
  append_if_set(out, "updated_at", updated_at);
  append_if_set(out, "deleted_at", deleted_at);
  append_if_set(out, "version", static_cast<std::int64_t>(version));
  return out + "}";
}

// A member that is null counts as absent, as other systems export it; the id alone must be there.
Result<Record> Record::from_json(const Value& json) {
  const Object* object = json.as_object();
  if (!object) return invalid_argument("a record must be a JSON object");
  Record record;
  VECSTORE_ASSIGN(record.id, read_id(*object));
  Status status = refuse_unknown(*object, kRecordMembers);
  for (const Object::Member& member : *object) {
    if (status.ok() && !member.value.is_null()) status = read_member(member, record);
  }
  if (!status.ok()) return status.with_context("record '" + shorten(record.id) + "'");
  return record;
}

}  // namespace vecstore
