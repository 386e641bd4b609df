// Scores: BM25 as Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond"
// (2009), with an inverse document frequency that is never negative; over several fields BM25F
// (section 3.6 there). Contributions are whole multiples of 2^-32, so that their sum does not
// depend on the order in which they are added.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "text/index/field_format.h"
#include "text/index/impacts.h"

namespace vecstore::text {

struct Bm25 {
  double k1 = 1.2;  // how soon more of the same word stops counting; at least 0
  double b = 0.75;  // how much longer texts count less; 0 to 1
};

using Score = std::int64_t;
constexpr double kScoreUnit = 1.0 / 4294967296.0;

inline double to_double(Score score) { return static_cast<double>(score) * kScoreUnit; }

// `rows` have the field, `with` of them the term.
inline double inverse_frequency(std::uint64_t rows, std::uint64_t with) {
  const auto all = static_cast<double>(rows), some = static_cast<double>(with);
  return std::log(1 + (all - some + 0.5) / (some + 0.5));
}

// How a field's frequencies become comparable: times its weight, less in long texts, in units of
// k1. Grows with the frequency and falls with the length, after rounding too: every step does.
class FieldNorm {
 public:
  FieldNorm() = default;
  FieldNorm(const Bm25& bm25, const FieldStatistics& statistics, double weight)
      : k1_(bm25.k1), base_(1 - bm25.b), weight_(weight) {
    const double average = statistics.rows == 0 ? 1
                                                : static_cast<double>(statistics.length) /
                                                      static_cast<double>(statistics.rows);
    slope_ = bm25.b / average;
  }

  double weigh(double frequency, std::uint32_t length) const {
    return weight_ * frequency * inverse(length);
  }
  double inverse(double length) const { return 1 / (k1_ * (base_ + slope_ * length)); }
  double weight() const { return weight_; }

 private:
  double k1_ = 1.2;
  double base_ = 1;
  double slope_ = 0;
  double weight_ = 1;
};

// The same by table, to the bit, for short texts and for the codes of impacts.
class NormTable {
 public:
  explicit NormTable(const FieldNorm& norm) : norm_(norm) {
    for (std::uint32_t i = 0; i < kLengths; ++i) {
      inverse_[i] = norm.inverse(i);
      const auto number = static_cast<double>(decode_number(static_cast<std::uint8_t>(i)));
      code_inverse_[i] = norm.inverse(number);
      code_frequency_[i] = norm.weight() * number;
    }
  }

  double weigh(double frequency, std::uint32_t length) const {
    if (length >= kLengths) return norm_.weigh(frequency, length);
    return weigh_short(frequency, length);
  }
  double weigh_short(double frequency, std::uint32_t length) const {  // below 256
    return norm_.weight() * frequency * inverse_[length];
  }
  // At least what any posting weighs that the impacts bound.
  double weigh_impacts(const std::byte* codes) const {
    double greatest = 0;
    for (std::size_t i = 0; i < Impacts::kPairs; ++i) {
      greatest = std::max(greatest,
                          code_frequency_[static_cast<std::size_t>(codes[i])] *
                              code_inverse_[static_cast<std::size_t>(codes[i + Impacts::kPairs])]);
    }
    return greatest;
  }

 private:
  static constexpr std::uint32_t kLengths = 256;
  FieldNorm norm_;
  std::array<double, kLengths> inverse_ = {};
  std::array<double, kLengths> code_inverse_ = {};
  std::array<double, kLengths> code_frequency_ = {};
};

// What a term with the sum `weighed` over the fields adds. Written so that it grows with `weighed`
// after rounding too, whereby a bound stays one.
inline Score contribution(double weight, double weighed) {
  return static_cast<Score>(weight * (1 - 1 / (1 + weighed)) / kScoreUnit + 0.5);
}

// A sum over the fields below which contribution() is less than `score`; 0 for the least score.
inline double least_weighed(double weight, Score score) {
  if (score <= 1) return 0;
  const double share = std::min(to_double(score - 1) / weight, 0.999);  // exact enough up to there
  return share / (1 - share) * (1 - 1e-9);
}

}  // namespace vecstore::text
