#include "db/search/fuse.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "db/search/normalize.h"

namespace vecstore::db {
namespace {

constexpr bool has_own_normalization(FusionMethod method) {
  return method == FusionMethod::kRrf || method == FusionMethod::kRelativeScore ||
         method == FusionMethod::kDbsf;
}

Normalization normalization_of(const Fusion& fusion) {
  if (fusion.method == FusionMethod::kDbsf) return Normalization::kDbsf;
  return fusion.normalization.value_or(Normalization::kMinMax);
}

bool is_sum(FusionMethod method) {
  return method == FusionMethod::kWeightedSum || has_own_normalization(method);
}

// With a mean of 1; the greatest first becomes 1, so that no sum of them overflows.
std::vector<double> scaled_weights(const Fusion& fusion, std::size_t arms) {
  if (fusion.weights.empty()) return std::vector<double>(arms, 1);
  std::vector<double> weights = fusion.weights;
  const double greatest = *std::ranges::max_element(weights);
  double sum = 0;
  for (double& weight : weights) sum += weight /= greatest;
  for (double& weight : weights) weight = weight * static_cast<double>(arms) / sum;
  return weights;
}

// What one arm gives to each of its rows, and to a row that it does not have.
struct Shares {
  std::vector<double> of_rows = {};
  double of_others = 0;
};

Shares shares_of(const Fusion& fusion, std::span<const RankedRow> rows, double weight,
                 std::size_t arms) {
  Shares shares;
  if (fusion.method == FusionMethod::kRrf) {
    for (std::size_t i = 0; i < rows.size(); ++i)
      shares.of_rows.push_back(weight / (fusion.rrf_k + static_cast<double>(i + 1)));
    return shares;
  }
  const Normalization normalization = normalization_of(fusion);
  shares.of_rows = normalized_scores(normalization, rows);
  for (double& share : shares.of_rows) {
    if (is_sum(fusion.method)) {
      share *= weight / static_cast<double>(arms);
    } else {
      share = fusion.method == FusionMethod::kMax ? share * weight : std::max(share, 0.0);
    }
  }
  if (normalization == Normalization::kZScore && !rows.empty())
    shares.of_others = *std::ranges::min_element(shares.of_rows);
  return shares;
}

// Least first, so that the order of the arms does not change how it is rounded.
double sum_of(std::vector<double>& numbers) {
  std::ranges::sort(numbers);
  double sum = 0;
  for (const double number : numbers) sum += number;
  return sum;
}

// One row of one arm.
struct Found {
  std::uint64_t row;  // segment and row
  std::uint32_t arm;
  std::uint32_t place;
};

// What is found, each row's together, its first arm first.
std::vector<Found> found_in(std::span<const std::vector<RankedRow>> arms) {
  std::vector<Found> all;
  for (std::uint32_t a = 0; a < arms.size(); ++a)
    for (std::uint32_t i = 0; i < arms[a].size(); ++i)
      all.push_back({std::uint64_t{arms[a][i].segment} << 32 | arms[a][i].row, a, i});
  std::ranges::sort(all, [](const Found& a, const Found& b) {
    return a.row != b.row ? a.row < b.row : a.arm < b.arm;
  });
  return all;
}

// Of one row.
class Scorer {
 public:
  Scorer(const Fusion& fusion, std::span<const std::vector<RankedRow>> arms)
      : method_(fusion.method), weights_(scaled_weights(fusion, arms.size())) {
    for (std::size_t a = 0; a < arms.size(); ++a)
      shares_.push_back(shares_of(fusion, arms[a], weights_[a], arms.size()));
  }

  double share(const Found& found) const { return shares_[found.arm].of_rows[found.place]; }
  double share_of_others(std::size_t arm) const { return shares_[arm].of_others; }
  double score(std::span<const Found> found);

 private:
  double greatest(std::span<const Found> found) const;
  double mean_or_least();

  const FusionMethod method_;
  const std::vector<double> weights_;
  std::vector<Shares> shares_;
  std::vector<double> by_arm_, terms_;
};

double Scorer::score(std::span<const Found> found) {
  if (method_ == FusionMethod::kMax) return greatest(found);
  by_arm_.clear();
  for (const Shares& arm : shares_) by_arm_.push_back(arm.of_others);
  for (const Found& one : found) by_arm_[one.arm] = share(one);
  terms_.clear();
  if (!is_sum(method_)) return mean_or_least();
  for (const double share : by_arm_)
    if (share != 0) terms_.push_back(share);
  return sum_of(terms_);
}

double Scorer::greatest(std::span<const Found> found) const {
  double greatest = share(found[0]);
  for (const Found& one : found) greatest = std::max(greatest, share(one));
  return greatest;
}

// Of the arms with a weight.
double Scorer::mean_or_least() {
  const double count = static_cast<double>(by_arm_.size());
  for (std::size_t i = 0; i < by_arm_.size(); ++i) {
    if (weights_[i] == 0) continue;
    const double share = by_arm_[i];
    if (share <= 0) return 0;
    if (method_ == FusionMethod::kMin) terms_.push_back(share);
    if (method_ == FusionMethod::kHarmonicMean) terms_.push_back(weights_[i] / share);
    if (method_ == FusionMethod::kGeometricMean)
      terms_.push_back(weights_[i] / count * std::log(share));
  }
  if (method_ == FusionMethod::kMin) return *std::ranges::min_element(terms_);
  if (method_ == FusionMethod::kHarmonicMean) return count / sum_of(terms_);
  return std::exp(sum_of(terms_));
}

struct Fused {
  double score = 0;
  std::string_view id;
  std::span<const Found> found;
};

// Every row of any arm, the `count` best first and in order.
std::vector<Fused> best_of(std::span<const Found> found,
                           std::span<const std::vector<RankedRow>> arms, std::size_t count,
                           Scorer& scorer) {
  std::vector<Fused> all;
  for (std::size_t i = 0, end = 0; i < found.size(); i = end) {
    while (end < found.size() && found[end].row == found[i].row) ++end;
    const std::span<const Found> row = found.subspan(i, end - i);
    all.push_back({scorer.score(row), arms[found[i].arm][found[i].place].id, row});
  }
  const auto last = all.begin() + static_cast<std::ptrdiff_t>(std::min(count, all.size()));
  std::ranges::partial_sort(all, last, [](const Fused& a, const Fused& b) {
    return a.score != b.score ? a.score > b.score : a.id < b.id;
  });
  all.erase(last, all.end());
  return all;
}

// With what each arm says of it.
RankedRow told(const Fused& fused, std::span<std::vector<RankedRow>> arms, const Scorer& scorer) {
  RankedRow row = std::move(arms[fused.found[0].arm][fused.found[0].place]);
  row.arms.assign(arms.size(), {});
  for (std::size_t a = 0; a < arms.size(); ++a) row.arms[a].share = scorer.share_of_others(a);
  for (const Found& one : fused.found) {
    const RankedRow& there = one.arm == fused.found[0].arm ? row : arms[one.arm][one.place];
    if (!row.distance) row.distance = there.distance;
    row.arms[one.arm] = {one.place + std::size_t{1}, there.score, scorer.share(one)};
  }
  row.score = fused.score;
  return row;
}

Status check_weights(const Fusion& fusion, std::size_t arms) {
  if (fusion.weights.empty()) return {};
  if (fusion.weights.size() != arms)
    return invalid_argument("fusion has " + std::to_string(fusion.weights.size()) +
                            " weights for " + std::to_string(arms) + " rankings");
  for (const double weight : fusion.weights)
    if (!(weight >= 0) || !std::isfinite(weight))
      return invalid_argument("a fusion weight is " + std::to_string(weight) +
                              ", expected a number of at least 0");
  if (std::ranges::all_of(fusion.weights, [](double weight) { return weight == 0; }))
    return invalid_argument("all fusion weights are 0");
  return {};
}

}  // namespace

Status check_fusion(const Fusion& fusion, std::size_t arms) {
  if (!(fusion.alpha >= 0 && fusion.alpha <= 1))
    return invalid_argument("alpha is " + std::to_string(fusion.alpha) + ", expected 0 to 1");
  if (!(fusion.rrf_k > 0) || !std::isfinite(fusion.rrf_k))
    return invalid_argument("rrf_k is " + std::to_string(fusion.rrf_k) +
                            ", expected a number above 0");
  if (fusion.normalization && has_own_normalization(fusion.method))
    return invalid_argument("fusion " + std::string(fusion_method_name(fusion.method)) +
                            " takes no normalization");
  if (fusion.normalization == Normalization::kZScore && fusion.method != FusionMethod::kWeightedSum)
    return invalid_argument("normalization z_score goes with fusion weighted_sum, not " +
                            std::string(fusion_method_name(fusion.method)));
  return check_weights(fusion, arms);
}

Fusion hybrid_fusion(Fusion fusion) {
  if (fusion.weights.empty()) fusion.weights = {fusion.alpha, 1 - fusion.alpha};
  return fusion;
}

std::vector<RankedRow> fuse(const Fusion& fusion, std::span<std::vector<RankedRow>> arms,
                            std::size_t count) {
  Scorer scorer(fusion, arms);
  const std::vector<Found> found = found_in(arms);
  std::vector<RankedRow> rows;
  for (const Fused& one : best_of(found, arms, count, scorer))
    rows.push_back(told(one, arms, scorer));
  return rows;
}

}  // namespace vecstore::db
