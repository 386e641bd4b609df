// For tests: distances as metric.h defines them, in plain double arithmetic.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>

#include "vecstore/metric.h"

namespace vecstore::index {

inline constexpr Metric kEveryMetric[] = {
    Metric::kCosine,  Metric::kEuclidean, Metric::kDot,      Metric::kManhattan, Metric::kHamming,
    Metric::kJaccard, Metric::kChebyshev, Metric::kCanberra, Metric::kBrayCurtis};

inline double naive_cosine(std::span<const double> a, std::span<const double> b) {
  double dot = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    dot += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  return 1 - dot / std::sqrt(aa * bb);
}

// The metrics that are `f` of one sum of one term per component.
inline double naive_sum(Metric metric, std::span<const double> a, std::span<const double> b) {
  double sum = 0, below = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double gap = std::fabs(a[i] - b[i]);
    const double size = std::fabs(a[i]) + std::fabs(b[i]);
    if (metric == Metric::kEuclidean) sum += gap * gap;
    if (metric == Metric::kDot) sum -= a[i] * b[i];
    if (metric == Metric::kManhattan || metric == Metric::kBrayCurtis) sum += gap;
    if (metric == Metric::kHamming) sum += a[i] == b[i] ? 0 : 1;
    if (metric == Metric::kChebyshev) sum = std::max(sum, gap);
    if (metric == Metric::kCanberra) sum += size == 0 ? 0 : gap / size;
    if (metric == Metric::kJaccard) sum += std::min(a[i], b[i]);
    below += metric == Metric::kJaccard ? std::max(a[i], b[i]) : std::fabs(a[i] + b[i]);
  }
  if (metric == Metric::kEuclidean) return std::sqrt(sum);
  if (metric == Metric::kBrayCurtis) return below == 0 ? 0 : sum / below;
  if (metric == Metric::kJaccard) return below == 0 ? 0 : 1 - sum / below;
  return sum;
}

inline double naive_distance(Metric metric, std::span<const double> a, std::span<const double> b) {
  return metric == Metric::kCosine ? naive_cosine(a, b) : naive_sum(metric, a, b);
}

}  // namespace vecstore::index
