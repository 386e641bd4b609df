#include "db/vector_json.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "base/base64.h"
#include "base/json.h"
#include "base/nearest.h"
#include "base/utf8.h"

namespace vecstore::db {

Status needs(const std::string& what, const std::string& needed) {
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
  return needs(what, "an integer from 0 to " + std::to_string(most));
}

namespace {

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

}  // namespace

void append_vector(std::string& out, const Vector& vector) {
  // unreached: there is no other kind
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

}  // namespace vecstore::db
