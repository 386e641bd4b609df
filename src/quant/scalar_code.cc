#include "quant/scalar_code.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>
#include <numeric>

#include "base/coding.h"

namespace vecstore::quant {
namespace {

constexpr float kLargestCode = 127;
constexpr float kSmallest = 1e-30f;  // below, the scale would not be finite
constexpr int kNibbleSteps = 15;
constexpr std::size_t kAlignment = 64;

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

// Scales that are tried, as shares of the one that holds the greatest component: a smaller one cuts
// off a few to tell the others apart.
constexpr float kClips[] = {0.30f, 0.35f, 0.40f, 0.45f, 0.50f, 0.55f, 0.60f,
                            0.65f, 0.70f, 0.75f, 0.80f, 0.85f, 0.90f, 1.00f};

int nibble(float y, float inverse) {
  return static_cast<int>(std::clamp(y * inverse + 8.0f, 0.0f, 15.5f));  // rounds down
}

struct Fit {
  double along = 0;                                                               // <v, y>
  double squares = 0;                                                             // |v|^2
  double cosine() const { return squares > 0 ? along / std::sqrt(squares) : 0; }  // times |y|
};

Fit fit(std::span<const float> y, float inverse) {
  double along[kSums] = {}, squares[kSums] = {};
  for (std::size_t at = 0; at < y.size(); at += kSums) {
    for (std::size_t i = 0; i < kSums; ++i) {
      const double v = nibble(y[at + i], inverse) - 0.5 * kNibbleSteps;
      along[i] += v * static_cast<double>(y[at + i]);
      squares[i] += v * v;
    }
  }
  return {.along = total(along), .squares = total(squares)};
}

// The low half of the bytes' bits are the front half of the vector.
Coded encode_nibbles(std::span<const float> y, std::byte* row) {
  float largest = 0;
  double squares[kSums] = {};
  for (std::size_t i = 0; i < y.size(); ++i) {
    largest = std::max(largest, std::abs(y[i]));
    squares[i % kSums] += static_cast<double>(y[i]) * static_cast<double>(y[i]);
  }
  Coded coded{.squared_norm = total(squares)};
  if (largest <= kSmallest) return coded;
  Fit best;
  float inverse = 0;
  for (const float clip : kClips) {
    const float candidate = 0.5f * kNibbleSteps / (clip * largest);
    const Fit found = fit(y, candidate);
    if (found.cosine() <= best.cosine()) continue;
    best = found;
    inverse = candidate;
  }
  const std::size_t half = y.size() / 2;
  for (std::size_t i = 0; i < half; ++i)
    row[i] = static_cast<std::byte>(nibble(y[i], inverse) | nibble(y[half + i], inverse) << 4);
  coded.along = best.along;
  coded.scale = static_cast<float>(coded.squared_norm / coded.along);
  return coded;
}

}  // namespace

ScalarCode::ScalarCode(std::vector<float> mean, std::uint64_t seed, CodeBits bits)
    : mean_(std::move(mean)),
      rotation_(mean_.size(), seed),
      bits_(bits),
      padded_(rotation_.padded()),
      code_bytes_(bits == CodeBits::k8 ? padded_ : padded_ / 2),
      stride_(stride_of(mean_.size(), bits)),
      dot_(kernels().i8.dot),
      nibble_dot_(kernels().i4_dot) {}

std::size_t ScalarCode::stride_of(std::size_t dimension, CodeBits bits) {
  const std::size_t padded = Rotation::padded(dimension);
  const std::size_t code_bytes = bits == CodeBits::k8 ? padded : padded / 2;
  return (code_bytes + 2 * sizeof(float) + 63) / 64 * 64;
}

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
  const Coded coded = bits_ == CodeBits::k8
                          ? encode_components(y, reinterpret_cast<std::int8_t*>(row))
                          : encode_nibbles(y, row);
  store_f32(row + code_bytes_, static_cast<float>(coded.squared_norm));
  store_f32(row + code_bytes_ + sizeof(float), 2 * coded.scale);
}

CodeQuery ScalarCode::query(std::span<const float> vector) const {
  CodeQuery query;
  const std::vector<float> y = rotated(vector);
  const std::size_t size = bits_ == CodeBits::k8 ? padded_ : 2 * stride_;
  query.own.resize(size + kAlignment);
  const auto address = reinterpret_cast<std::uintptr_t>(query.own.data());
  std::int8_t* codes = query.own.data() + (kAlignment - address % kAlignment) % kAlignment;
  const Coded coded = encode_components(y, codes);
  if (bits_ == CodeBits::k4) {  // its halves meet the low and the high numbers of a row's bytes
    std::memmove(codes + stride_, codes + code_bytes_, code_bytes_);
    std::memset(codes + code_bytes_, 0, stride_ - code_bytes_);
    const std::int32_t sum = std::accumulate(codes, codes + 2 * stride_, 0);
    query.twice_offset = kNibbleSteps * sum;
  }
  query.codes = codes;
  query.scale = coded.scale;
  query.squared_norm = static_cast<float>(coded.squared_norm);
  return query;
}

CodeQuery ScalarCode::query_of(const std::byte* row) const {
  assert(bits_ == CodeBits::k8);
  CodeQuery query;
  query.codes = reinterpret_cast<const std::int8_t*>(row);
  query.squared_norm = load_f32(row + code_bytes_);
  query.scale = load_f32(row + code_bytes_ + sizeof(float)) / 2;
  return query;
}

void ScalarCode::dots(const CodeQuery& query, const std::byte* rows,
                      std::span<const std::uint32_t> ids, std::int32_t* out) const {
  if (bits_ == CodeBits::k4)
    return nibble_dot_(query.codes, rows, stride_, ids.data(), ids.size(), out);
  const std::size_t ahead = rows_ahead();
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (i + ahead < ids.size()) prefetch(rows + ids[i + ahead] * stride_);
    dot_(query.codes, rows + ids[i] * stride_, 0, 1, padded_, &out[i]);
  }
}

void ScalarCode::distances(const CodeQuery& query, const std::byte* rows,
                           std::span<const std::uint32_t> ids, float* out) const {
  constexpr std::size_t kAtOnce = 64;
  std::int32_t dot[kAtOnce];
  while (!ids.empty()) {
    const auto some = ids.first(std::min(kAtOnce, ids.size()));
    dots(query, rows, some, dot);
    for (std::size_t i = 0; i < some.size(); ++i) {
      const std::byte* at = rows + some[i] * stride_ + code_bytes_;
      float factors[2];
      std::memcpy(factors, at, sizeof factors);
      const float along = 0.5f * static_cast<float>(2 * dot[i] - query.twice_offset);
      *out++ = factors[0] + query.squared_norm - factors[1] * query.scale * along;
    }
    ids = ids.subspan(some.size());
  }
}

}  // namespace vecstore::quant
