#include "db/search/fuse.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
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

double greatest_found(std::span<const ArmScore> arms) {
  double greatest = 0;
  bool any = false;
  for (const ArmScore& arm : arms) {
    if (arm.rank == 0) continue;
    greatest = any ? std::max(greatest, arm.share) : arm.share;
    any = true;
  }
  return greatest;
}

// Means and the least are of the arms with a weight.
double score_of(FusionMethod method, std::span<const ArmScore> arms,
                std::span<const double> weights, std::vector<double>& scratch) {
  scratch.clear();
  if (method == FusionMethod::kMax) return greatest_found(arms);
  const double count = static_cast<double>(arms.size());
  for (std::size_t i = 0; i < arms.size(); ++i) {
    const double share = arms[i].share;
    if (is_sum(method)) {
      scratch.push_back(share);
      continue;
    }
    if (weights[i] == 0) continue;
    if (share <= 0) return 0;
    if (method == FusionMethod::kMin) scratch.push_back(share);
    if (method == FusionMethod::kHarmonicMean) scratch.push_back(weights[i] / share);
    if (method == FusionMethod::kGeometricMean)
      scratch.push_back(weights[i] / count * std::log(share));
  }
  if (is_sum(method)) return sum_of(scratch);
  if (method == FusionMethod::kMin) return *std::ranges::min_element(scratch);
  if (method == FusionMethod::kHarmonicMean) return count / sum_of(scratch);
  return std::exp(sum_of(scratch));
}

std::uint64_t key(const RankedRow& row) { return std::uint64_t{row.segment} << 32 | row.row; }

// Every row of any arm, once, with what each arm says of it.
std::vector<RankedRow> united(const Fusion& fusion, std::span<std::vector<RankedRow>> arms,
                              std::span<const double> weights) {
  std::vector<RankedRow> all;
  std::unordered_map<std::uint64_t, std::size_t> places;
  std::vector<ArmScore> unfound(arms.size());
  std::vector<Shares> shares;
  for (std::size_t a = 0; a < arms.size(); ++a) {
    shares.push_back(shares_of(fusion, arms[a], weights[a], arms.size()));
    unfound[a].share = shares[a].of_others;
  }
  for (std::size_t a = 0; a < arms.size(); ++a) {
    for (std::size_t i = 0; i < arms[a].size(); ++i) {
      const double score = arms[a][i].score;
      const std::optional<double> distance = arms[a][i].distance;
      const auto [at, is_new] = places.emplace(key(arms[a][i]), all.size());
      if (is_new) {
        all.push_back(std::move(arms[a][i]));
        all.back().arms = unfound;
      }
      if (!all[at->second].distance) all[at->second].distance = distance;
      all[at->second].arms[a] = {i + 1, score, shares[a].of_rows[i]};
    }
  }
  return all;
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

std::vector<RankedRow> fuse(const Fusion& fusion, std::span<std::vector<RankedRow>> arms) {
  const std::vector<double> weights = scaled_weights(fusion, arms.size());
  std::vector<RankedRow> all = united(fusion, arms, weights);
  std::vector<double> scratch;
  for (RankedRow& row : all) row.score = score_of(fusion.method, row.arms, weights, scratch);
  std::ranges::sort(all, [](const RankedRow& a, const RankedRow& b) {
    return a.score != b.score ? a.score > b.score : a.id < b.id;
  });
  return all;
}

}  // namespace vecstore::db
