#include "index/blob_distance.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/coding.h"
#include "index/dense_distance.h"
#include "index/vector_codec.h"
#include "simd/kernels.h"

namespace vecstore::index {
namespace {

// The running sums that all nine metrics are made of.
struct Sums {
  double dot = 0, a2 = 0, b2 = 0, square = 0, absolute = 0, low = 0, high = 0, largest = 0;
  double canberra = 0, sum = 0, unequal = 0;

  void add(double a, double b) {
    const double difference = std::fabs(a - b);
    dot += a * b;
    a2 += a * a;
    b2 += b * b;
    square += difference * difference;
    absolute += difference;
    low += std::min(a, b);
    high += std::max(a, b);
    largest = std::max(largest, difference);
    const double size = std::fabs(a) + std::fabs(b);
    if (size > 0) canberra += difference / size;
    sum += std::fabs(a + b);
    unequal += a != b ? 1 : 0;
  }

  double distance(Metric metric) const {
    switch (metric) {
      case Metric::kCosine:
        return 1 - dot / std::sqrt(a2 * b2);
      case Metric::kEuclidean:
        return std::sqrt(square);
      case Metric::kDot:
        return -dot;
      case Metric::kManhattan:
        return absolute;
      case Metric::kHamming:
        return unequal;
      case Metric::kJaccard:
        return high == 0 ? 0 : 1 - low / high;
      case Metric::kChebyshev:
        return largest;
      case Metric::kCanberra:
        return canberra;
      case Metric::kBrayCurtis:
        return sum == 0 ? 0 : absolute / sum;
    }
    return 0;
  }
};

}  // namespace

void encode_sparse(const SparseVector& vector, Bytes& out) {
  put_u32(out, static_cast<std::uint32_t>(vector.indices.size()));
  for (const std::uint32_t index : vector.indices) put_u32(out, index);
  for (const float value : vector.values) put_f32(out, value);
}

void encode_multi(ElementType type, const MultiVector& vector, Bytes& out) {
  const std::size_t count = vector.dimension == 0 ? 0 : vector.values.size() / vector.dimension;
  put_u32(out, static_cast<std::uint32_t>(count));
  encode_dense(type, vector.values, out);
}

Result<SparseVector> decode_sparse(std::uint32_t dimension, ByteView bytes) {
  ByteReader in(bytes);
  const std::uint32_t count = in.u32();
  if (bytes.size() != 4 + std::size_t{count} * 8)
    return data_loss("a sparse vector has the wrong size");
  SparseVector vector{dimension, std::vector<std::uint32_t>(count), std::vector<float>(count)};
  for (std::uint32_t& index : vector.indices) index = in.u32();
  for (float& value : vector.values) value = in.f32();
  for (std::size_t i = 0; i < count; ++i)
    if (vector.indices[i] >= dimension || (i > 0 && vector.indices[i] <= vector.indices[i - 1]))
      return data_loss("a sparse vector's indices do not ascend below its dimension");
  return vector;
}

Result<MultiVector> decode_multi(ElementType type, std::uint32_t dimension, ByteView bytes) {
  ByteReader in(bytes);
  const std::size_t components = std::size_t{in.u32()} * dimension;
  if (!in.ok() || in.remaining() != components * element_bytes(type))
    return data_loss("a multi vector has the wrong size");
  MultiVector vector{dimension, std::vector<float>(components)};
  decode_components(type, in.bytes(in.remaining()).data(), 1.0f, vector.values);
  return vector;
}

double sparse_distance(Metric metric, const SparseVector& a, const SparseVector& b) {
  Sums sums;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.indices.size() || j < b.indices.size()) {
    const bool from_a =
        j == b.indices.size() || (i < a.indices.size() && a.indices[i] <= b.indices[j]);
    const bool from_b =
        i == a.indices.size() || (j < b.indices.size() && b.indices[j] <= a.indices[i]);
    sums.add(from_a ? static_cast<double>(a.values[i]) : 0,
             from_b ? static_cast<double>(b.values[j]) : 0);
    i += from_a ? 1 : 0;
    j += from_b ? 1 : 0;
  }
  return sums.distance(metric);
}

double binary_distance(Metric metric, ByteView a, ByteView b) {
  const BitKernel kernel =
      metric == Metric::kJaccard ? kernels().bits.jaccard : kernels().bits.hamming;
  float distance = 0;
  kernel(reinterpret_cast<const std::uint8_t*>(a.data()), b.data(), 0, 1, a.size(), &distance);
  return static_cast<double>(distance);
}

double multi_distance(Metric metric, const MultiVector& query, const MultiVector& document) {
  const std::size_t dimension = query.dimension;
  const auto documents = static_cast<std::uint32_t>(document.values.size() / dimension);
  std::vector<float> factors;
  for (std::uint32_t i = 0; i < documents && metric == Metric::kCosine; ++i) {
    factors.push_back(
        std::sqrt(squared_norm(kernels(), &document.values[i * dimension], dimension)));
    factors.push_back(1.0f);
  }
  const DenseRows rows{reinterpret_cast<const std::byte*>(document.values.data()),
                       factors.empty() ? nullptr : factors.data(), documents,
                       dimension * sizeof(float)};
  std::vector<float> distances(documents);
  double sum = 0;
  for (std::size_t i = 0; i < query.values.size(); i += dimension) {
    DenseDistance(metric, ElementType::kF32, {&query.values[i], dimension})(rows, distances.data());
    float nearest = std::numeric_limits<float>::infinity();
    for (const float distance : distances) nearest = std::min(nearest, distance);
    sum += static_cast<double>(nearest);
  }
  return sum;
}

double multi_score(Metric metric, std::size_t query_vectors, double distance) {
  if (metric == Metric::kCosine) return static_cast<double>(query_vectors) - distance;
  return score_of_distance(metric, distance);
}

}  // namespace vecstore::index
