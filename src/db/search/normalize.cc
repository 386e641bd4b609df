#include "db/search/normalize.h"

#include <algorithm>
#include <cmath>

namespace vecstore::db {
namespace {

constexpr double kGreatest = 1e150;  // whose square, ten thousand times, is finite

// A dot product may overflow.
double finite(double score) {
  if (!(score >= -kGreatest)) return -kGreatest;
  return std::min(score, kGreatest);
}

struct Distribution {
  double mean = 0;
  double deviation = 0;  // of a sample: n - 1
};

Distribution distribution_of(std::span<const double> scores) {
  if (scores.size() < 2) return {scores.empty() ? 0 : scores[0], 0};
  const double least = *std::ranges::min_element(scores);
  double sum = 0, squares = 0;  // from the least: equal scores have no deviation at all
  for (const double score : scores) sum += score - least;
  const double count = static_cast<double>(scores.size()), mean = sum / count;
  for (const double score : scores) squares += (score - least - mean) * (score - least - mean);
  return {least + mean, std::sqrt(squares / (count - 1))};
}

// Each score's distance from `zero`, in `unit`s; `equal` where there is no unit.
void rescale(std::span<double> scores, double zero, double unit, double equal) {
  for (double& score : scores) score = unit > 0 ? (score - zero) / unit : equal;
}

}  // namespace

std::vector<double> normalized_scores(Normalization normalization,
                                      std::span<const RankedRow> rows) {
  std::vector<double> scores;
  scores.reserve(rows.size());
  for (const RankedRow& row : rows) scores.push_back(finite(row.score));
  if (scores.empty() || normalization == Normalization::kNone) return scores;
  if (normalization == Normalization::kMinMax) {
    const auto [least, most] = std::ranges::minmax(scores);
    rescale(scores, least, most - least, 1);
    return scores;
  }
  const auto [mean, deviation] = distribution_of(scores);
  if (normalization == Normalization::kZScore) {
    rescale(scores, mean, deviation, 0);
  } else {
    rescale(scores, mean - 3 * deviation, 6 * deviation, 0.5);
    for (double& score : scores) score = std::max(score, 0.0);
  }
  return scores;
}

}  // namespace vecstore::db
