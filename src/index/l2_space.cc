#include "index/l2_space.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace vecstore::index {

bool has_l2_space(Metric metric) {
  return metric == Metric::kCosine || metric == Metric::kDot || metric == Metric::kEuclidean;
}

// Sums run side by side, in the same order on every machine: one alone would wait for every
// addition.
double squared_norm_of(std::span<const float> vector) {
  constexpr std::size_t kSums = 8;
  double sums[kSums] = {};
  std::size_t at = 0;
  for (; at + kSums <= vector.size(); at += kSums) {
    for (std::size_t i = 0; i < kSums; ++i) {
      const double x = static_cast<double>(vector[at + i]);
      sums[i] += x * x;
    }
  }
  double sum = 0;
  for (; at < vector.size(); ++at)
    sum += static_cast<double>(vector[at]) * static_cast<double>(vector[at]);
  for (const double part : sums) sum += part;
  return sum;
}

double norm_of(std::span<const float> vector) { return std::sqrt(squared_norm_of(vector)); }

L2Space::L2Space(Metric metric, std::size_t dimension, float longest)
    : metric_(metric), dimension_(dimension), longest_(longest) {
  assert(has_l2_space(metric));
}

std::vector<float> L2Space::point(std::span<const float> vector) const {
  assert(vector.size() == dimension_);
  std::vector<float> out(dimension(), 0.0f);
  std::copy(vector.begin(), vector.end(), out.begin());
  if (metric_ != Metric::kCosine) return out;
  const double norm = norm_of(vector);
  const double scale = norm > 0 ? 1 / norm : 0;
  for (float& x : out) x = static_cast<float>(static_cast<double>(x) * scale);
  return out;
}

std::vector<float> L2Space::query(std::span<const float> vector) const { return point(vector); }

std::vector<float> L2Space::row(std::span<const float> vector) const {
  std::vector<float> out = point(vector);
  if (metric_ != Metric::kDot) return out;
  const double norm = norm_of(vector);
  const double longest = static_cast<double>(longest_);
  out.back() = static_cast<float>(std::sqrt(std::max(0.0, longest * longest - norm * norm)));
  return out;
}

}  // namespace vecstore::index
