// Distances from one query to rows of a dense field, for every metric and element type.
#pragma once

#include <span>
#include <vector>

#include "index/dense_rows.h"
#include "simd/kernels.h"
#include "vecstore/metric.h"
#include "vecstore/vector.h"

namespace vecstore::index {

// Prepared once per query; afterwards const and safe from many threads.
class DenseDistance {
 public:
  // `query` has the field's dimension and, under cosine, is not zero; it is copied.
  DenseDistance(Metric metric, ElementType type, std::span<const float> query);

  // out[i] = the distance to row i as metric.h defines it. Rows without a vector give numbers
  // without meaning. Cosine and kI8 need rows.factors.
  void operator()(const DenseRows& rows, float* out) const;

 private:
  void decoded(const DenseRows& rows, float* out) const;
  void i8_rows(const DenseRows& rows, float* out) const;
  void finish(const DenseRows& rows, float* out) const;

  Metric metric_;
  ElementType type_;
  std::vector<float> query_;
  float squared_norm_;
  FloatKernel kernel_;  // nullptr: rows are decoded first
};

}  // namespace vecstore::index
