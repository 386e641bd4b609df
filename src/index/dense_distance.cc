#include "index/dense_distance.h"

#include <algorithm>
#include <cmath>

#include "index/vector_codec.h"

namespace vecstore::index {
namespace {

// The kernel that reads rows as they are stored, or nullptr.
FloatKernel direct_kernel(Metric metric, ElementType type) {
  const Kernels& table = kernels();
  switch (type) {
    case ElementType::kF32:
      return table.f32.of(metric);
    case ElementType::kF16:
      return table.f16.of(metric);
    case ElementType::kBF16:
      return table.bf16.of(metric);
    case ElementType::kI8:
      return nullptr;
  }
  return nullptr;
}

bool made_of_dot(Metric metric) {
  return metric == Metric::kDot || metric == Metric::kCosine || metric == Metric::kEuclidean;
}

}  // namespace

DenseDistance::DenseDistance(Metric metric, ElementType type, std::span<const float> query)
    : metric_(metric),
      type_(type),
      query_(query.begin(), query.end()),
      squared_norm_(vecstore::squared_norm(kernels(), query_.data(), query_.size())),
      kernel_(direct_kernel(metric, type)) {}

void DenseDistance::operator()(const DenseRows& rows, float* out) const {
  if (type_ == ElementType::kI8 && made_of_dot(metric_)) {
    i8_rows(rows, out);
  } else if (kernel_ == nullptr) {
    decoded(rows, out);
  } else {
    kernel_(query_.data(), rows.rows, rows.stride, rows.count, query_.size(), out);
  }
  finish(rows, out);
}

// Through a float buffer, for the pairs of metric and type that have no kernel of their own.
void DenseDistance::decoded(const DenseRows& rows, float* out) const {
  const FloatKernel kernel = kernels().f32.of(metric_);
  std::vector<float> row(query_.size());
  for (std::uint32_t i = 0; i < rows.count; ++i) {
    const float scale = rows.factors ? rows.factors[2 * i + 1] : 1.0f;
    decode_components(type_, rows.rows + i * rows.stride, scale, row);
    out[i] = compare_one(kernel, query_.data(), row.data(), row.size());
  }
}

// |q - s x|^2 = |q|^2 + |s x|^2 - 2 s <q, x>, with the norm of s x kept beside the row.
void DenseDistance::i8_rows(const DenseRows& rows, float* out) const {
  kernels().i8.float_dot(query_.data(), rows.rows, rows.stride, rows.count, query_.size(), out);
  for (std::uint32_t i = 0; i < rows.count; ++i) {
    const float norm = rows.factors[2 * i];
    const float dot = out[i] * rows.factors[2 * i + 1];
    const bool squared = metric_ == Metric::kEuclidean;
    out[i] = squared ? std::max(0.0f, squared_norm_ + norm * norm - 2.0f * dot) : dot;
  }
}

void DenseDistance::finish(const DenseRows& rows, float* out) const {
  if (metric_ == Metric::kDot)
    for (std::uint32_t i = 0; i < rows.count; ++i) out[i] = -out[i];
  if (metric_ == Metric::kEuclidean)
    for (std::uint32_t i = 0; i < rows.count; ++i) out[i] = std::sqrt(out[i]);
  if (metric_ != Metric::kCosine) return;
  const float norm = std::sqrt(squared_norm_);
  for (std::uint32_t i = 0; i < rows.count; ++i)
    out[i] = 1.0f - out[i] / (norm * rows.factors[2 * i]);
}

}  // namespace vecstore::index
