#include "quant/block_code.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

namespace vecstore::quant {
namespace {

// Of a normal distribution's deviation: the even steps that lose least (Max 1960).
constexpr float kStepOf2Bits = 0.9957f, kStepOf4Bits = 0.3352f;
constexpr float kRounding = 1e-5f;   // more than floats lose here, of the squares that are added
constexpr float kSmallest = 1e-15f;  // shorter vectors count as zero
constexpr std::size_t kAlignment = 64;
constexpr std::size_t kSums = 8;  // run side by side: one alone would wait for every addition

double total(const double (&sums)[kSums]) {
  double sum = 0;
  for (const double part : sums) sum += part;
  return sum;
}

double squared_length(std::span<const float> y) {
  double sums[kSums] = {};
  for (std::size_t at = 0; at < y.size(); ++at)
    sums[at % kSums] += static_cast<double>(y[at]) * static_cast<double>(y[at]);
  return total(sums);
}

float step_of(unsigned bits) { return bits == 2 ? kStepOf2Bits : kStepOf4Bits; }

}  // namespace

BlockCode::BlockCode(std::vector<float> mean, std::uint64_t seed, unsigned bits)
    : mean_(std::move(mean)),
      mean_length_(static_cast<float>(std::sqrt(squared_length(mean_)))),
      rotation_(mean_.size(), seed),
      bits_(bits),
      middle_(0.5f * static_cast<float>((1u << bits) - 1)),
      groups_(rotation_.padded() * bits / 4),
      sums_(kernels().table_sums) {
  assert(bits == 1 || bits == 2 || bits == 4);
}

unsigned BlockCode::bits_for(std::size_t dimension) {
  return dimension >= 192 ? 1 : dimension >= 96 ? 2 : 4;
}

// Which of the 2^bits steps; of one bit the sign.
std::uint8_t BlockCode::level(float y, float inverse) const {
  const float half = middle_ + 0.5f;
  return static_cast<std::uint8_t>(std::clamp(y * inverse + half, 0.0f, 2 * middle_ + 0.5f));
}

void BlockCode::store(const Factors& factors, std::byte* block, std::size_t place) const {
  std::byte* at = block + groups_ * kGroupBytes + place * sizeof(float);
  std::memcpy(at, &factors.squared_norm, sizeof(float));
  std::memcpy(at + kRowFloats, &factors.gain, sizeof(float));
  std::memcpy(at + 2 * kRowFloats, &factors.error, sizeof(float));
}

void BlockCode::put_levels(std::span<const float> y, float inverse, std::byte* block,
                           std::size_t place) const {
  const std::size_t of_group = 4 / bits_;
  const unsigned shift = place < kGroupBytes ? 0 : 4;
  std::byte* at = block + place % kGroupBytes;
  for (std::size_t i = 0; i < y.size(); i += of_group, at += kGroupBytes) {
    unsigned nibble = 0;
    for (std::size_t t = 0; t < of_group; ++t)
      nibble |= static_cast<unsigned>(level(y[i + t], inverse)) << (bits_ * t);
    *at |= static_cast<std::byte>(nibble << shift);
  }
}

void BlockCode::encode(std::span<const float> vector, std::byte* block, std::size_t place,
                       std::vector<float>& scratch) const {
  assert(vector.size() == mean_.size());
  scratch.assign(rotation_.padded(), 0);
  for (std::size_t i = 0; i < vector.size(); ++i) scratch[i] = vector[i] - mean_[i];
  rotation_.apply(scratch);
  const double size = static_cast<double>(scratch.size());
  const double squared = squared_length(scratch);
  if (squared <= static_cast<double>(kSmallest) * static_cast<double>(kSmallest))
    return store({}, block, place);
  const double deviation = std::sqrt(squared / size);
  const auto inverse = static_cast<float>(1 / (deviation * static_cast<double>(step_of(bits_))));
  double along[kSums] = {}, squares[kSums] = {};
  for (std::size_t at = 0; at < scratch.size(); at += kSums) {
    for (std::size_t i = 0; i < kSums; ++i) {
      const float v = static_cast<float>(level(scratch[at + i], inverse)) - middle_;
      along[i] += static_cast<double>(v * scratch[at + i]);
      squares[i] += static_cast<double>(v * v);
    }
  }
  put_levels(scratch, inverse, block, place);
  const double gain = 2 * squared / total(along);
  const double across = std::max(0.0, gain * gain / 4 * total(squares) - squared);  // |e|^2
  const double error = 2 * static_cast<double>(kDeviations) * std::sqrt(across / (size - 1)) +
                       2 * static_cast<double>(kRounding) * std::sqrt(squared);
  store({static_cast<float>(squared * (1 - static_cast<double>(kRounding))),
         static_cast<float>(gain), static_cast<float>(error)},
        block, place);
}

void BlockCode::encode_absent(std::byte* block, std::size_t place) const {
  store({0, 0, -std::numeric_limits<float>::infinity()}, block, place);
}

void BlockCode::encode_unknown(std::byte* block, std::size_t place) const {
  store({0, 0, std::numeric_limits<float>::infinity()}, block, place);
}

// An entry is what a group's numbers add to <v, y>, more than the least they can, in steps.
void BlockCode::fill_tables(std::span<const float> y, BlockQuery& query) const {
  const std::size_t of_group = 4 / bits_;
  const float top = 2 * middle_;
  float widest = 0;
  double least = 0;
  for (std::size_t i = 0; i < y.size(); i += of_group) {
    float range = 0;
    for (std::size_t t = 0; t < of_group; ++t) range += top * std::abs(y[i + t]);
    widest = std::max(widest, range);
    least -= static_cast<double>(range / 2);
  }
  query.step = widest / 255;
  const float inverse = widest > 0 ? 255 / widest : 0;
  query.own.resize(groups_ * kGroupBytes + kAlignment);
  const auto address = reinterpret_cast<std::uintptr_t>(query.own.data());
  std::uint8_t* table = query.own.data() + (kAlignment - address % kAlignment) % kAlignment;
  query.tables = table;
  for (std::size_t i = 0; i < y.size(); i += of_group, table += kGroupBytes) {
    float entries[kGroupBytes] = {0.5f};  // rounds
    std::size_t filled = 1;
    for (std::size_t t = 0; t < of_group; ++t) {
      const float scaled = y[i + t] * inverse;
      const float first = scaled < 0 ? -top * scaled : 0;
      for (std::size_t number = std::size_t{1} << bits_; number-- > 0;)
        for (std::size_t n = 0; n < filled; ++n)
          entries[number * filled + n] = entries[n] + (first + static_cast<float>(number) * scaled);
      filled <<= bits_;
    }
    for (std::size_t n = 0; n < kGroupBytes; ++n)
      table[n] = static_cast<std::uint8_t>(std::clamp(entries[n], 0.0f, 255.0f));
  }
  // What the entries were rounded by is spread evenly within half a step, and independent.
  const double rounded =
      static_cast<double>(query.step) * std::sqrt(static_cast<double>(groups_) / 12);
  query.offset = static_cast<float>(least + static_cast<double>(kDeviations) * rounded);
}

BlockQuery BlockCode::query(std::span<const float> vector, BlockMeasure measure) const {
  assert(vector.size() == mean_.size());
  const bool distance = measure == BlockMeasure::kSquaredDistance;
  std::vector<float> y(rotation_.padded());
  double product = 0;
  for (std::size_t i = 0; i < vector.size(); ++i) {
    y[i] = distance ? vector[i] - mean_[i] : vector[i];
    product += static_cast<double>(vector[i]) * static_cast<double>(mean_[i]);
  }
  rotation_.apply(y);
  BlockQuery query;
  query.measure = measure;
  const double squared = squared_length(y);
  query.length = static_cast<float>(std::sqrt(squared));
  query.base = distance ? static_cast<float>(squared) * (1 - kRounding)
                        : static_cast<float>(-product) - kRounding * mean_length_ * query.length;
  fill_tables(y, query);
  return query;
}

std::uint32_t BlockCode::bounds(const BlockQuery& query, const std::byte* block, float limit,
                                float* bounds) const {
  std::uint32_t sums[kBlockRows];
  sums_(query.tables, block, groups_, sums);
  const auto* norms = reinterpret_cast<const float*>(block + groups_ * kGroupBytes);
  const float* gains = norms + kBlockRows;
  const float* errors = gains + kBlockRows;
  const bool distance = query.measure == BlockMeasure::kSquaredDistance;
  const float share = distance ? 1.0f : 0.5f;
  const float across =
      distance ? std::min(std::sqrt(std::max(limit, 0.0f)), query.length) : query.length / 2;
  const float offset = share * query.offset, step = share * query.step;
  const float of_norm = distance ? 1.0f : 0.0f;
  int below = 0;
  for (std::size_t i = 0; i < kBlockRows; ++i) {
    const float along = offset + step * static_cast<float>(static_cast<std::int32_t>(sums[i]));
    bounds[i] = of_norm * norms[i] + query.base - gains[i] * along - errors[i] * across;
    below += bounds[i] > limit ? 0 : 1;
  }
  if (below == 0) return 0;
  std::uint32_t mask = 0;
  for (std::size_t i = 0; i < kBlockRows; ++i)
    mask |= static_cast<std::uint32_t>(bounds[i] > limit ? 0 : 1) << i;
  return mask;
}

}  // namespace vecstore::quant
