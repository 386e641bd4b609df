#include "quant/scalar_code.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>

#include "base/coding.h"

namespace vecstore::quant {
namespace {

constexpr float kLargestCode = 127;
constexpr float kSmallest = 1e-30f;  // below, the scale would not be finite

struct Coded {
  double squared_norm = 0;
  double along = 0;  // <codes, vector>
  float scale = 0;   // component ~ scale x code: the codes' length that the vector projects to
};

constexpr std::size_t kSums = 8;  // run side by side: one alone would wait for every addition

double total(const double (&sums)[kSums]) {
  double sum = 0;
  for (const double part : sums) sum += part;
  return sum;
}

// Rounds to nearest, halves away from zero. Sums run in a fixed order, in double, whatever the
// instruction set. The size is a multiple of kSums.
Coded encode_components(std::span<const float> vector, std::int8_t* codes) {
  float largest = 0;
  for (const float x : vector) largest = std::max(largest, std::abs(x));
  const float scale = largest > kSmallest ? kLargestCode / largest : 0;
  double squares[kSums] = {}, along[kSums] = {};
  for (std::size_t at = 0; at < vector.size(); at += kSums) {
    for (std::size_t i = 0; i < kSums; ++i) {
      const float scaled = vector[at + i] * scale;
      const auto code = static_cast<std::int32_t>(scaled + std::copysign(0.5f, scaled));
      codes[at + i] = static_cast<std::int8_t>(code);
      const double x = static_cast<double>(vector[at + i]);
      squares[i] += x * x;
      along[i] += x * code;
    }
  }
  Coded coded{.squared_norm = total(squares), .along = total(along)};
  if (coded.along > 0) coded.scale = static_cast<float>(coded.squared_norm / coded.along);
  return coded;
}

}  // namespace

ScalarCode::ScalarCode(std::vector<float> mean, std::uint64_t seed)
    : mean_(std::move(mean)),
      rotation_(mean_.size(), seed),
      padded_(rotation_.padded()),
      stride_((padded_ + 2 * sizeof(float) + 63) / 64 * 64),
      dot_(kernels().i8.dot) {}

std::vector<float> ScalarCode::rotated(std::span<const float> vector) const {
  assert(vector.size() == mean_.size());
  std::vector<float> y(padded_);
  for (std::size_t i = 0; i < vector.size(); ++i) y[i] = vector[i] - mean_[i];
  rotation_.apply(y);
  return y;
}

void ScalarCode::encode(std::span<const float> vector, std::byte* row) const {
  std::memset(row, 0, stride_);
  const std::vector<float> y = rotated(vector);
  const Coded coded = encode_components(y, reinterpret_cast<std::int8_t*>(row));
  store_f32(row + padded_, static_cast<float>(coded.squared_norm));
  store_f32(row + padded_ + sizeof(float), 2 * coded.scale);
}

CodeQuery ScalarCode::query(std::span<const float> vector) const {
  CodeQuery query;
  const std::vector<float> y = rotated(vector);
  query.own.resize(padded_);
  const Coded coded = encode_components(y, query.own.data());
  query.codes = query.own.data();
  query.scale = coded.scale;
  query.squared_norm = static_cast<float>(coded.squared_norm);
  return query;
}

CodeQuery ScalarCode::query_of(const std::byte* row) const {
  CodeQuery query;
  query.codes = reinterpret_cast<const std::int8_t*>(row);
  query.squared_norm = load_f32(row + padded_);
  query.scale = load_f32(row + padded_ + sizeof(float)) / 2;
  return query;
}

}  // namespace vecstore::quant
