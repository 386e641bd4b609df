#include "rag/eval/resampling.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "base/random.h"

namespace vecstore {
namespace {

// Sums that differ by no more are equal: their terms were added in another order.
constexpr double kRounding = 1e-9;
constexpr std::size_t kLeastSamples = 100, kMostSamples = 1'000'000;

double mean(std::span<const double> values) {
  if (values.empty()) return 0;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// The means of as many values drawn with replacement, smallest first.
std::vector<double> drawn_means(std::span<const double> values, const Resampling& how) {
  Random random(how.seed);
  std::vector<double> means(how.samples);
  for (double& one : means) {
    if (how.cancelled()) break;
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i)
      sum += values[static_cast<std::size_t>(random.below(values.size()))];
    one = sum / static_cast<double>(values.size());
  }
  std::sort(means.begin(), means.end());
  return means;
}

// The share of a normal variable below x.
double normal_below(double x) { return std::erfc(-x / std::sqrt(2.0)) / 2; }

// Where that share is p: by halving, as far as doubles go.
double normal_quantile(double p) {
  double low = -40, high = 40;
  for (int i = 0; i < 100; ++i) {
    const double middle = (low + high) / 2;
    (normal_below(middle) < p ? low : high) = middle;
  }
  return high;
}

// Of Student's variable, from the normal one (Cornish and Fisher; Abramowitz and Stegun 26.7.5).
double student_quantile(double z, double freedom) {
  const double z2 = z * z;
  const double first = z * (z2 + 1) / 4;
  const double second = z * ((5 * z2 + 16) * z2 + 3) / 96;
  const double third = z * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
  return z + (first + (second + third / freedom) / freedom) / freedom;
}

// What is to be left out at each end. Means that are drawn from n values spread too little, by the
// root of (n - 1) / n and as Student's variable does: the share is made smaller by as much
// (Hesterberg 2015, "What Teachers Should Know About the Bootstrap": expanded percentiles).
double share_outside(double confidence, std::size_t values) {
  if (values < 2) return (1 - confidence) / 2;
  const auto n = static_cast<double>(values);
  const double t = student_quantile(normal_quantile((1 + confidence) / 2), n - 1);
  return normal_below(-std::sqrt(n / (n - 1)) * t);
}

Interval middle_of(const std::vector<double>& sorted, double confidence, std::size_t values) {
  const double outside = share_outside(confidence, values) * static_cast<double>(sorted.size());
  const std::size_t skipped = std::min(static_cast<std::size_t>(outside), (sorted.size() - 1) / 2);
  return {sorted[skipped], sorted[sorted.size() - 1 - skipped]};
}

// The share of all 2^n ways to exchange a and b whose sum is as far from 0.
double exact_randomisation(std::span<const double> differences, double observed) {
  const std::size_t ways = std::size_t{1} << differences.size();
  std::size_t as_far = 0;
  for (std::size_t way = 0; way < ways; ++way) {
    double sum = 0;
    for (std::size_t i = 0; i < differences.size(); ++i)
      sum += (way >> i & 1) != 0 ? -differences[i] : differences[i];
    as_far += std::abs(sum) >= observed - kRounding;
  }
  return static_cast<double>(as_far) / static_cast<double>(ways);
}

// What was seen counts as one of the draws, so that p is never 0.
double drawn_randomisation(std::span<const double> differences, double observed,
                           const Resampling& how) {
  Random random(how.seed);
  std::size_t as_far = 1;
  for (std::size_t sample = 0; sample < how.samples && !how.cancelled(); ++sample) {
    double sum = 0;
    std::uint64_t signs = 0;
    for (std::size_t i = 0; i < differences.size(); ++i) {
      if (i % 64 == 0) signs = random.next();
      sum += (signs >> (i % 64) & 1) != 0 ? -differences[i] : differences[i];
    }
    as_far += std::abs(sum) >= observed - kRounding;
  }
  return static_cast<double>(as_far) / static_cast<double>(how.samples + 1);
}

double randomisation(std::span<const double> differences, const Resampling& how) {
  const double observed = std::abs(mean(differences)) * static_cast<double>(differences.size());
  const bool few = differences.size() < 24 && std::size_t{1} << differences.size() <= how.samples;
  return few ? exact_randomisation(differences, observed)
             : drawn_randomisation(differences, observed, how);
}

// `means` are drawn around `center`; moved to 0 they are what chance alone would give.
double bootstrap_p(const std::vector<double>& means, double center) {
  const auto as_far = std::ranges::count_if(
      means, [&](double one) { return std::abs(one - center) >= std::abs(center) - kRounding; });
  return static_cast<double>(as_far + 1) / static_cast<double>(means.size() + 1);
}

}  // namespace

Status check_resampling(const Resampling& how) {
  if (how.samples < kLeastSamples || how.samples > kMostSamples)
    return invalid_argument("samples must be from 100 to 1000000, they are " +
                            std::to_string(how.samples));
  if (how.confidence > 0 && how.confidence < 1) return {};
  return invalid_argument("the confidence of an interval must be above 0 and below 1");
}

Interval mean_interval(std::span<const double> values, const Resampling& how) {
  if (values.empty() || how.samples == 0) return {};
  return middle_of(drawn_means(values, how), how.confidence, values.size());
}

PairedTest paired_test(std::span<const double> a, std::span<const double> b,
                       const Resampling& how) {
  PairedTest test;
  std::vector<double> differences(std::min(a.size(), b.size()));
  for (std::size_t i = 0; i < differences.size(); ++i) differences[i] = a[i] - b[i];
  if (differences.empty() || how.samples == 0) return test;
  const std::vector<double> means = drawn_means(differences, how);
  test.difference = mean(differences);
  test.interval = middle_of(means, how.confidence, differences.size());
  test.p_bootstrap = bootstrap_p(means, test.difference);
  test.p_randomisation = randomisation(differences, how);
  return test;
}

std::vector<double> holm_adjusted(std::span<const double> p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return p[i]; });
  std::vector<double> adjusted(p.size());
  double least = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    least = std::max(least, std::min(1.0, p[order[rank]] * static_cast<double>(p.size() - rank)));
    adjusted[order[rank]] = least;
  }
  return adjusted;
}

}  // namespace vecstore
