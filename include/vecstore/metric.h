// How near two vectors are. Distance is the raw value, smaller is closer; score is larger-is-better.
#pragma once

#include <string_view>

#include "vecstore/status.h"

namespace vecstore {

// The numbers are stored in files: never reuse one.
enum class Metric : unsigned char {
  kCosine = 0,      // 1 - cos(a, b); a zero vector is refused
  kEuclidean = 1,   // sqrt(sum (a - b)^2)
  kDot = 2,         // -sum a b
  kManhattan = 3,   // sum |a - b|
  kHamming = 4,     // unequal components; differing bits of binary vectors
  kJaccard = 5,     // 1 - sum min / sum max of non-negative components; 1 - |and| / |or| of bits
  kChebyshev = 6,   // max |a - b|
  kCanberra = 7,    // sum |a - b| / (|a| + |b|), 0/0 = 0
  kBrayCurtis = 8,  // sum |a - b| / sum |a + b|, 0/0 = 0
};
inline constexpr int kMetricCount = 9;

// "cosine", "euclidean", "dot", "manhattan", "hamming", "jaccard", "chebyshev", "canberra", "braycurtis".
std::string_view metric_name(Metric metric);

// Reads a name or alias (l2, l1, linf, inner_product, ip), ignoring case; an error lists the names.
Result<Metric> parse_metric(std::string_view name);

// cosine: 1 - distance; dot: -distance; all others: 1 / (1 + distance).
double score_of_distance(Metric metric, double distance);

}  // namespace vecstore
