// Vectors of a metric as points whose squared euclidean distances have the metric's order, so that
// one graph and one code serve them all.
//
// euclidean: as they are. cosine: of length 1. dot: rows get one more component, sqrt(L^2 - |x|^2)
// with L the longest row, queries a zero; then |q - x|^2 = |q|^2 + L^2 - 2 <q, x> (Bachrach et al.,
// "Speeding up the Xbox recommender system", 2014).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "vecstore/metric.h"

namespace vecstore::index {

// Whether the metric has such a space: cosine, dot and euclidean.
bool has_l2_space(Metric metric);

class L2Space {
 public:
  // `longest` is the largest euclidean norm of a row; used by dot only.
  L2Space(Metric metric, std::size_t dimension, float longest);

  std::size_t dimension() const { return dimension_ + (metric_ == Metric::kDot ? 1 : 0); }
  float longest() const { return longest_; }
  Metric metric() const { return metric_; }

  // Both take a vector of the metric's dimension and give dimension() components.
  std::vector<float> row(std::span<const float> vector) const;
  std::vector<float> query(std::span<const float> vector) const;

 private:
  std::vector<float> point(std::span<const float> vector) const;

  Metric metric_;
  std::size_t dimension_;
  float longest_;
};

// The euclidean norm, its sum in double and in a fixed order: the same on every machine.
double norm_of(std::span<const float> vector);
double squared_norm_of(std::span<const float> vector);

}  // namespace vecstore::index
