#include "python/src/vectors.h"

#include <nanobind/ndarray.h>
#include <nanobind/stl/vector.h>

#include <cstdint>
#include <cstring>
#include <utility>

#include "python/src/errors.h"
#include "python/src/registry.h"

namespace nb = nanobind;

namespace vecstore::python {
namespace {

// The numbers go into the capsule that the array keeps alive.
template <typename T>
nb::object array_of(std::vector<T> values, std::size_t columns) {
  auto* owned = new std::vector<T>(std::move(values));
  const nb::capsule owner(owned, [](void* p) noexcept { delete static_cast<std::vector<T>*>(p); });
  const std::size_t shape[2] = {columns == 0 ? owned->size() : owned->size() / columns, columns};
  return nb::cast(nb::ndarray<nb::numpy, T>(owned->data(), columns == 0 ? 1u : 2u, shape, owner));
}

template <typename T>
std::vector<T> numbers_of(nb::handle array) {
  return nb::cast<std::vector<T>>(array.attr("tolist")());
}

SparseVector to_sparse(nb::handle object) {
  SparseVector sparse;
  sparse.dimension = nb::cast<std::uint32_t>(object.attr("dimension"));
  sparse.indices = numbers_of<std::uint32_t>(object.attr("indices"));
  const auto values = FloatView::of(object.attr("values"), 1);
  if (values) sparse.values.assign(values->values().begin(), values->values().end());
  return sparse;
}

BinaryVector to_binary(nb::handle object) {
  BinaryVector binary;
  binary.dimension = nb::cast<std::uint32_t>(object.attr("dimension"));
  const nb::bytes bytes = nb::cast<nb::bytes>(object.attr("data"));
  const auto* first = reinterpret_cast<const std::uint8_t*>(bytes.c_str());
  binary.bytes.assign(first, first + bytes.size());
  return binary;
}

Vector canonical(nb::handle object, VectorKind kind) {
  const std::string_view name = vector_kind_name(kind);
  const nb::object made = registry().canonical_vector(object, nb::str(name.data(), name.size()));
  if (nb::isinstance(made, registry().sparse_vector)) return to_sparse(made);
  if (nb::isinstance(made, registry().binary_vector)) return to_binary(made);
  if (const auto dense = FloatView::of(made, 1)) return Vector(dense->values());
  const auto rows = FloatView::of(made, 2);
  if (!rows) raise_wrong_type("a vector cannot be made of " + type_in_words(object));
  const auto values = rows->values();
  return MultiVector{static_cast<std::uint32_t>(rows->size_of(1)), {values.begin(), values.end()}};
}

}  // namespace

std::optional<FloatView> FloatView::of(nb::handle object, int dimensions) {
  // Exactly an array: a subclass may mean something else by its numbers, as a masked array does.
  if (reinterpret_cast<PyObject*>(Py_TYPE(object.ptr())) != registry().ndarray.ptr())
    return std::nullopt;
  FloatView view;
  if (PyObject_GetBuffer(object.ptr(), &view.buffer_, PyBUF_C_CONTIGUOUS | PyBUF_FORMAT) != 0) {
    PyErr_Clear();
    return std::nullopt;
  }
  const bool floats = view.buffer_.format != nullptr && std::strcmp(view.buffer_.format, "f") == 0;
  if (!floats || view.buffer_.ndim != dimensions) return std::nullopt;
  return view;
}

FloatView::~FloatView() {
  if (buffer_.obj != nullptr) PyBuffer_Release(&buffer_);
}

std::span<const float> FloatView::values() const {
  return {static_cast<const float*>(buffer_.buf),
          static_cast<std::size_t>(buffer_.len) / sizeof(float)};
}

Vector to_vector(nb::handle object, VectorKind kind) {
  if (object.is_none()) return {};
  if (kind == VectorKind::kDense) {
    if (const auto dense = FloatView::of(object, 1)) return Vector(dense->values());
  }
  return canonical(object, kind);
}

nb::object from_vector(Vector vector) {
  if (vector.empty()) return nb::none();
  if (vector.dense() != nullptr) return float_array(*vector.dense());
  if (const MultiVector* multi = vector.multi())
    return float_array(multi->values, multi->dimension);
  if (const SparseVector* sparse = vector.sparse()) {
    std::vector<std::int64_t> indices(sparse->indices.begin(), sparse->indices.end());
    return registry().sparse_vector(int_array(std::move(indices)), float_array(sparse->values),
                                    sparse->dimension);
  }
  const BinaryVector& binary = *vector.binary();
  return registry().binary_vector(nb::bytes(binary.bytes.data(), binary.bytes.size()),
                                  binary.dimension);
}

nb::object float_array(std::vector<float> values, std::size_t columns) {
  return array_of(std::move(values), columns);
}
nb::object double_array(std::vector<double> values, std::size_t columns) {
  return array_of(std::move(values), columns);
}
nb::object int_array(std::vector<std::int64_t> values) { return array_of(std::move(values), 0); }

}  // namespace vecstore::python
