#include "db/validate.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <string>

#include "base/utf8.h"
#include "index/l2_space.h"
#include "vecstore/limits.h"

namespace vecstore::db {
namespace {

// Beyond it a component would be stored as infinity.
float largest_of(ElementType storage) {
  constexpr float kLargestF16 = 65504.0f;
  constexpr float kLargestBF16 = 0x1.fep127f;
  if (storage == ElementType::kF16) return kLargestF16;
  if (storage == ElementType::kBF16) return kLargestBF16;
  return std::numeric_limits<float>::max();
}

// Cosine divides by the length, which is kept as a float, its square too; half precision turns
// components below its smallest to zero.
Status check_length(const VectorField& field, double square, float largest) {
  constexpr double kShortest = static_cast<double>(std::numeric_limits<float>::min());
  constexpr double kLongest = static_cast<double>(std::numeric_limits<float>::max());
  constexpr float kSmallestF16 = 0x1p-24f;
  if (square == 0) return invalid_argument("a zero vector has no direction: cosine refuses it");
  if (square < kShortest || square > kLongest)
    return invalid_argument("vector has length " + Value(std::sqrt(square)).to_json() +
                            ", cosine takes 1.1e-19 to 1.8e19");
  if (field.storage == ElementType::kF16 && largest < kSmallestF16)
    return invalid_argument("a vector that f16 keeps as zero has no direction: cosine refuses it");
  return {};
}

// The greatest size of a component; infinity, or not a number, when one is. As whole numbers, which
// the bits of sizes are ordered like: a loop without branches.
float largest_size(std::span<const float> values) {
  constexpr std::int32_t kSize = 0x7fffffff;
  std::int32_t largest = 0;
  for (const float value : values)
    largest = std::max(largest, std::bit_cast<std::int32_t>(value) & kSize);
  return std::bit_cast<float>(largest);
}

// There is a component that is not finite, or greater than `largest`.
Status what_is_wrong(const VectorField& field, const DenseVector& values, float largest) {
  std::size_t i = 0;
  while (std::fabs(values[i]) <= largest) ++i;
  if (!std::isfinite(values[i]))
    return invalid_argument("vector component " + std::to_string(i) + " is not a finite number");
  return invalid_argument("vector component " + std::to_string(i) + " is " +
                          Value(static_cast<double>(values[i])).to_json() + ", " +
                          std::string(element_type_name(field.storage)) + " holds at most " +
                          Value(static_cast<double>(largest)).to_json());
}

Status check_dense(const VectorField& field, const DenseVector& values) {
  const float largest = largest_of(field.storage);
  const float found = largest_size(values);
  if (!(found <= largest)) return what_is_wrong(field, values, largest);
  if (field.metric != Metric::kCosine) return {};
  return check_length(field, index::squared_norm_of(values), found);
}

Status check_sparse(const VectorField& field, const SparseVector& vector) {
  if (vector.indices.size() != vector.values.size())
    return invalid_argument("sparse vector has " + std::to_string(vector.indices.size()) +
                            " indices and " + std::to_string(vector.values.size()) + " values");
  if (vector.indices.size() > kMaxSparseEntries)
    return invalid_argument("sparse vector has " + std::to_string(vector.indices.size()) +
                            " entries, the limit is " + std::to_string(kMaxSparseEntries));
  for (std::size_t i = 0; i < vector.indices.size(); ++i) {
    if (vector.indices[i] >= vector.dimension)
      return invalid_argument("sparse index " + std::to_string(vector.indices[i]) +
                              " is outside dimension " + std::to_string(vector.dimension));
    if (i > 0 && vector.indices[i] <= vector.indices[i - 1])
      return invalid_argument(
          "sparse indices must ascend: " + std::to_string(vector.indices[i - 1]) +
          " is followed by " + std::to_string(vector.indices[i]));
  }
  return check_dense(field, vector.values);
}

Status check_binary(const BinaryVector& vector) {
  const std::size_t bytes = (vector.dimension + 7) / 8;
  if (vector.bytes.size() != bytes)
    return invalid_argument("binary vector of " + std::to_string(vector.dimension) + " bits has " +
                            std::to_string(vector.bytes.size()) + " bytes, expected " +
                            std::to_string(bytes));
  const unsigned padding = static_cast<unsigned>(bytes * 8 - vector.dimension);
  if (padding > 0 && (vector.bytes.back() & ((1u << padding) - 1)) != 0)
    return invalid_argument("binary vector has bits set beyond its " +
                            std::to_string(vector.dimension));
  return {};
}

Status check_multi(const VectorField& field, const MultiVector& vector) {
  if (vector.dimension == 0 || vector.values.size() % vector.dimension != 0)
    return invalid_argument("multi vector has " + std::to_string(vector.values.size()) +
                            " components, not a multiple of " + std::to_string(vector.dimension));
  const std::size_t count = vector.values.size() / vector.dimension;
  if (count > kMaxMultiVectors)
    return invalid_argument("multi vector has " + std::to_string(count) +
                            " vectors, the limit is " + std::to_string(kMaxMultiVectors));
  for (std::size_t i = 0; i < count; ++i) {
    const auto row = vector.values.begin() + static_cast<std::ptrdiff_t>(i * vector.dimension);
    const DenseVector one(row, row + static_cast<std::ptrdiff_t>(vector.dimension));
    if (Status status = check_dense(field, one); !status.ok())
      return status.with_context("vector " + std::to_string(i));
  }
  return {};
}

Status check_content(const VectorField& field, const Vector& vector) {
  // unreached: there is no other kind
  switch (vector.kind()) {
    case VectorKind::kDense:
      return check_dense(field, *vector.dense());
    case VectorKind::kSparse:
      return check_sparse(field, *vector.sparse());
    case VectorKind::kBinary:
      return check_binary(*vector.binary());
    case VectorKind::kMulti:
      return check_multi(field, *vector.multi());
  }
  // unreached: there is no other kind
  return internal_error("unknown vector kind");
}

Status check_object(const Object& object, std::size_t depth);

Status check_value(const Value& value, std::size_t depth) {
  if (const double* number = value.as_double(); number && !std::isfinite(*number))
    return invalid_argument("metadata holds a number that is not finite");
  if (const std::string* text = value.as_string(); text && !is_valid_utf8(*text))
    return invalid_argument("metadata holds a string that is not valid UTF-8");
  if (const Object* object = value.as_object()) return check_object(*object, depth + 1);
  if (!value.as_list()) return {};
  if (depth >= kMaxMetadataDepth)
    return invalid_argument("metadata is nested deeper than " + std::to_string(kMaxMetadataDepth) +
                            " levels");
  for (const Value& item : *value.as_list()) VECSTORE_TRY(check_value(item, depth + 1));
  return {};
}

Status check_object(const Object& object, std::size_t depth) {
  if (depth > kMaxMetadataDepth)
    return invalid_argument("metadata is nested deeper than " + std::to_string(kMaxMetadataDepth) +
                            " levels");
  for (const auto& [key, value] : object) {
    if (!is_valid_utf8(key))
      return invalid_argument("metadata holds a key that is not valid UTF-8");
    VECSTORE_TRY(check_value(value, depth));
  }
  return {};
}

}  // namespace

Status check_vector(const VectorField& field, std::string_view collection, const Vector& vector) {
  if (vector.kind() != field.kind)
    return invalid_argument("vector is " + std::string(vector_kind_name(vector.kind())) +
                            ", field '" + field.name + "' of collection '" +
                            std::string(collection) + "' is " +
                            std::string(vector_kind_name(field.kind)));
  if (vector.dimension() != field.dimension)
    return invalid_argument("vector has " + std::to_string(vector.dimension()) +
                            " dimensions, collection '" + std::string(collection) + "' has " +
                            std::to_string(field.dimension) +
                            (field.name == kDefaultField ? "" : " in field '" + field.name + "'"));
  return check_content(field, vector);
}

Status check_name(std::string_view what, std::string_view name) {
  const std::string kind(what);
  if (name.empty()) return invalid_argument(kind + " name is empty");
  if (name.size() > kMaxNameBytes)
    return invalid_argument(kind + " name has " + std::to_string(name.size()) +
                            " bytes, the limit is " + std::to_string(kMaxNameBytes));
  if (!is_valid_utf8(name)) return invalid_argument(kind + " name is not valid UTF-8");
  for (const char c : name)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      return invalid_argument(kind + " name holds a control character");
  return {};
}

Status check_id(std::string_view id) {
  if (id.empty()) return invalid_argument("id is empty");
  if (id.size() > kMaxIdBytes)
    return invalid_argument("id has " + std::to_string(id.size()) + " bytes, the limit is " +
                            std::to_string(kMaxIdBytes));
  if (id.find('\0') != std::string_view::npos) return invalid_argument("id holds a NUL byte");
  if (!is_valid_utf8(id)) return invalid_argument("id is not valid UTF-8");
  return {};
}

Status check_within(std::string_view option, std::size_t value, std::size_t least,
                    std::size_t most) {
  if (value >= least && value <= most) return {};
  return invalid_argument(std::string(option) + " is " + std::to_string(value) + ", expected " +
                          std::to_string(least) + " to " + std::to_string(most));
}

Status check_metadata(const Object& metadata) { return check_object(metadata, 1); }

Status check_text(std::string_view text) {
  if (text.size() > kMaxTextBytes)
    return invalid_argument("text has " + std::to_string(text.size()) + " bytes, the limit is " +
                            std::to_string(kMaxTextBytes));
  const std::size_t at = invalid_utf8_at(text);
  if (at != std::string_view::npos)
    return invalid_argument("text is not valid UTF-8 at byte " + std::to_string(at));
  return {};
}

}  // namespace vecstore::db
