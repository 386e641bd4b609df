// Scores: BM25 as Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond"
// (2009), with an inverse document frequency that is never negative; over several fields BM25F
// (section 3.6 there). Contributions are whole multiples of 2^-32, so that their sum does not
// depend on the order in which they are added.
#pragma once

#include <cmath>
#include <cstdint>

#include "text/index/field_format.h"

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

// How a field's frequencies become comparable: times its weight, less in long texts.
class FieldNorm {
 public:
  FieldNorm() = default;
  FieldNorm(const Bm25& bm25, const FieldStatistics& statistics, double weight)
      : base_(1 - bm25.b), weight_(weight) {
    const double average = statistics.rows == 0 ? 1
                                                : static_cast<double>(statistics.length) /
                                                      static_cast<double>(statistics.rows);
    slope_ = bm25.b / average;
  }

  // Grows with the frequency and falls with the length, after rounding too: every step does.
  double weigh(double frequency, std::uint32_t length) const {
    return weight_ * frequency / (base_ + slope_ * length);
  }

 private:
  double base_ = 1;
  double slope_ = 0;
  double weight_ = 1;
};

// What a term with the sum `weighed` over the fields adds. Written so that it grows with `weighed`
// after rounding too, whereby a bound stays one.
inline Score contribution(double weight, double k1, double weighed) {
  return static_cast<Score>(weight * (1 - k1 / (k1 + weighed)) / kScoreUnit + 0.5);
}

}  // namespace vecstore::text
