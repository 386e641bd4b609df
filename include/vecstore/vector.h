// The vectors a record can hold: dense, sparse, binary, or a list of dense ones (token vectors).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "vecstore/status.h"

namespace vecstore {

// The field that `Record::vector` and `Query::vector` speak of unless told otherwise.
inline constexpr const char* kDefaultField = "vector";

using DenseVector = std::vector<float>;

// `indices` ascending and below `dimension`, one value each, no zeros needed or forbidden.
struct SparseVector {
  std::uint32_t dimension = 0;
  std::vector<std::uint32_t> indices;
  std::vector<float> values;
  bool operator==(const SparseVector&) const = default;
};

// `dimension` bits, most significant bit of byte 0 first; bits beyond the dimension are zero.
struct BinaryVector {
  std::uint32_t dimension = 0;
  std::vector<std::uint8_t> bytes;  // (dimension + 7) / 8
  bool operator==(const BinaryVector&) const = default;
};

// `values.size() / dimension` dense vectors, one after the other.
struct MultiVector {
  std::uint32_t dimension = 0;
  std::vector<float> values;
  bool operator==(const MultiVector&) const = default;
};

// The numbers are stored in files: never reuse one.
enum class VectorKind : unsigned char { kDense = 0, kSparse = 1, kBinary = 2, kMulti = 3 };
std::string_view vector_kind_name(VectorKind kind);
Result<VectorKind> parse_vector_kind(std::string_view name);

// How a dense component is kept on disk and in memory. f32 returns exactly what was given; the others round.
enum class ElementType : unsigned char { kF32 = 0, kF16 = 1, kBF16 = 2, kI8 = 3 };
std::string_view element_type_name(ElementType type);
Result<ElementType> parse_element_type(std::string_view name);

// Any of the four; converts from each, and from float lists and spans (copied) for the dense kind.
class Vector {
 public:
  Vector() = default;  // an empty dense vector: "none"
  Vector(DenseVector values) : data_(std::move(values)) {}
  Vector(std::initializer_list<float> values) : data_(DenseVector(values)) {}
  Vector(std::span<const float> values) : data_(DenseVector(values.begin(), values.end())) {}
  Vector(SparseVector vector) : data_(std::move(vector)) {}
  Vector(BinaryVector vector) : data_(std::move(vector)) {}
  Vector(MultiVector vector) : data_(std::move(vector)) {}

  VectorKind kind() const { return static_cast<VectorKind>(data_.index()); }
  // True for the default: a record without this vector.
  bool empty() const;
  // Components; bits of a binary vector; components of one row of a multi-vector.
  std::size_t dimension() const;

  const DenseVector* dense() const { return std::get_if<DenseVector>(&data_); }
  const SparseVector* sparse() const { return std::get_if<SparseVector>(&data_); }
  const BinaryVector* binary() const { return std::get_if<BinaryVector>(&data_); }
  const MultiVector* multi() const { return std::get_if<MultiVector>(&data_); }

  bool operator==(const Vector&) const = default;

 private:
  std::variant<DenseVector, SparseVector, BinaryVector, MultiVector> data_;
};

}  // namespace vecstore
