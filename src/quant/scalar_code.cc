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

// The size is a multiple of kSums.
float largest_of(std::span<const float> vector) {
  float largest[kSums] = {};
  for (std::size_t at = 0; at < vector.size(); at += kSums) {
    for (std::size_t i = 0; i < kSums; ++i) {
      const float size = std::abs(vector[at + i]);
      largest[i] = largest[i] < size ? size : largest[i];
    }
  }
  return *std::ranges::max_element(largest);
}

// Rounds to nearest, halves away from zero. Sums run in a fixed order, in double, whatever the
// instruction set. The size is a multiple of kSums.
Coded encode_components(std::span<const float> vector, std::int8_t* codes) {
  const float largest = largest_of(vector);
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
// off a few to tell the others apart. Every third first, then those beside the best of these.
constexpr float kClips[] = {0.30f, 0.35f, 0.40f, 0.45f, 0.50f, 0.55f, 0.60f,
                            0.65f, 0.70f, 0.75f, 0.80f, 0.85f, 0.90f, 1.00f};

// Numbers of a few bits: whole ones from 0 to `most`, that stand for v = u - most / 2.
struct Levels {
  int most;
  int of(float y, float inverse) const {
    const float up = 0.5f * static_cast<float>(most + 1);
    return static_cast<int>(  // rounds down
        std::clamp(y * inverse + up, 0.0f, static_cast<float>(most) + 0.5f));
  }
};

struct Fit {
  double along = 0;                                                               // <v, y>
  double squares = 0;                                                             // |v|^2
  double cosine() const { return squares > 0 ? along / std::sqrt(squares) : 0; }  // times |y|
};

Fit fit(std::span<const float> y, float inverse, Levels levels) {
  double along[kSums] = {}, squares[kSums] = {};
  for (std::size_t at = 0; at < y.size(); at += kSums) {
    for (std::size_t i = 0; i < kSums; ++i) {
      const double v = levels.of(y[at + i], inverse) - 0.5 * levels.most;
      along[i] += v * static_cast<double>(y[at + i]);
      squares[i] += v * v;
    }
  }
  return {.along = total(along), .squares = total(squares)};
}

// The lowest bits of all bytes are the first part of the vector.
Coded encode_packed(std::span<const float> y, unsigned bits, std::byte* row) {
  const Levels levels{(1 << bits) - 1};
  const float largest = largest_of(y);
  double squares[kSums] = {};
  for (std::size_t i = 0; i < y.size(); ++i)
    squares[i % kSums] += static_cast<double>(y[i]) * static_cast<double>(y[i]);
  Coded coded{.squared_norm = total(squares)};
  if (largest <= kSmallest) return coded;
  Fit best;
  float inverse = 0;
  std::size_t best_clip = 1;
  const auto try_clip = [&](std::size_t clip) {
    const float candidate = 0.5f * static_cast<float>(levels.most) / (kClips[clip] * largest);
    const Fit found = fit(y, candidate, levels);
    if (found.cosine() <= best.cosine()) return;
    best = found;
    inverse = candidate;
    best_clip = clip;
  };
  const std::size_t tried = bits == 1 ? 2 : std::size(kClips);  // signs are the same at every scale
  for (std::size_t clip = 1; clip < tried; clip += 3) try_clip(clip);
  const std::size_t coarse = best_clip;
  if (bits > 1) try_clip(coarse - 1);
  if (coarse + 1 < tried) try_clip(coarse + 1);
  const std::size_t bytes = y.size() * bits / 8;
  for (std::size_t part = 0; part < 8 / bits; ++part)
    for (std::size_t i = 0; i < bytes; ++i)
      row[i] |= static_cast<std::byte>(levels.of(y[part * bytes + i], inverse) << (bits * part));
  coded.along = best.along;
  coded.scale = static_cast<float>(coded.squared_norm / coded.along);
  return coded;
}

PackedKernel packed_kernel(CodeBits bits) {
  if (bits == CodeBits::k1) return kernels().i1_dot;
  return bits == CodeBits::k2 ? kernels().i2_dot : kernels().i4_dot;
}

}  // namespace

ScalarCode::ScalarCode(std::vector<float> mean, std::uint64_t seed, CodeBits bits)
    : mean_(std::move(mean)),
      rotation_(mean_.size(), seed),
      bits_(bits),
      padded_(rotation_.padded()),
      code_bytes_(padded_ * width_of(bits) / 8),
      stride_(stride_of(mean_.size(), bits)),
      byte_dots_(kernels().i8_dots),
      packed_dot_(packed_kernel(bits)) {}

std::size_t ScalarCode::stride_of(std::size_t dimension, CodeBits bits) {
  const std::size_t code_bytes = Rotation::padded(dimension) * width_of(bits) / 8;
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
                          : encode_packed(y, width_of(bits_), row);
  store_f32(row + code_bytes_, static_cast<float>(coded.squared_norm));
  store_f32(row + code_bytes_ + sizeof(float), 2 * coded.scale);
}

CodeQuery ScalarCode::query(std::span<const float> vector) const {
  CodeQuery query;
  const std::vector<float> y = rotated(vector);
  const std::size_t parts = 8 / width_of(bits_);
  const std::size_t size = bits_ == CodeBits::k8 ? padded_ : parts * stride_;
  query.own.resize(size + kAlignment);
  const auto address = reinterpret_cast<std::uintptr_t>(query.own.data());
  std::int8_t* codes = query.own.data() + (kAlignment - address % kAlignment) % kAlignment;
  const Coded coded = encode_components(y, codes);
  if (bits_ != CodeBits::k8) {  // each part meets its numbers in the bytes of a row
    const std::int32_t sum = std::accumulate(codes, codes + padded_, 0);
    query.twice_offset = ((1 << width_of(bits_)) - 1) * sum;
    for (std::size_t part = parts; part-- > 0;) {
      std::memmove(codes + part * stride_, codes + part * code_bytes_, code_bytes_);
      std::memset(codes + part * stride_ + code_bytes_, 0, stride_ - code_bytes_);
    }
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
  if (bits_ != CodeBits::k8)
    return packed_dot_(query.codes, rows, stride_, ids.data(), ids.size(), out);
  byte_dots_(query.codes, rows, stride_, ids.data(), ids.size(), padded_, out);
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
