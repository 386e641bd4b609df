// Vectors between Python and the engine. A float32 array whose numbers lie one after the other is
// read where it lies; everything else is made one first, by vecstore/arrays.py. What comes out is
// owned by the array that shows it: nothing is copied.
#pragma once

#include <nanobind/nanobind.h>

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "vecstore/vector.h"

namespace vecstore::python {

// The numbers of a float32 array in C order, held while this lives: the array cannot be resized
// meanwhile, but whoever writes into it changes what is read.
class FloatView {
 public:
  // None when the object is not an array of exactly this layout and number of dimensions.
  static std::optional<FloatView> of(nanobind::handle object, int dimensions);
  FloatView(FloatView&& other) noexcept : buffer_(other.buffer_) { other.buffer_ = {}; }
  FloatView& operator=(FloatView&&) = delete;
  ~FloatView();

  std::span<const float> values() const;
  std::size_t size_of(int dimension) const {
    return static_cast<std::size_t>(buffer_.shape[dimension]);
  }

 private:
  FloatView() = default;
  Py_buffer buffer_ = {};
};

// None is the empty vector. `kind` says what the field holds, which decides how bytes and two
// dimensions are meant.
Vector to_vector(nanobind::handle object, VectorKind kind);
// None of an empty vector; else a float32 array (n) or (rows, n), a SparseVector or a BinaryVector.
nanobind::object from_vector(Vector vector);

// An array (rows, columns), or (n) with columns 0, that owns the numbers.
nanobind::object float_array(std::vector<float> values, std::size_t columns = 0);
nanobind::object double_array(std::vector<double> values, std::size_t columns = 0);
nanobind::object int_array(std::vector<std::int64_t> values);

}  // namespace vecstore::python
