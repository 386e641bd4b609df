#include "rag/rerank/fuse_rankings.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <unordered_map>

namespace vecstore {
namespace {

struct Moments {
  double least = 0, greatest = 0, mean = 0, deviation = 0;
};

Moments moments_of(std::span<const double> scores) {
  Moments out;
  if (scores.empty()) return out;
  const auto [least, greatest] = std::ranges::minmax(scores);
  const auto count = static_cast<double>(scores.size());
  out.least = least;
  out.greatest = greatest;
  for (const double score : scores) out.mean += score / count;
  double squares = 0;
  for (const double score : scores) squares += (score - out.mean) * (score - out.mean);
  out.deviation = std::sqrt(squares / count);
  return out;
}

double normalized(double score, const Moments& of, Normalization normalization) {
  const double range = of.greatest - of.least;
  switch (normalization) {
    case Normalization::kMinMax:
      return range > 0 ? (score - of.least) / range : 1;
    case Normalization::kZScore:
      return of.deviation > 0 ? (score - of.mean) / of.deviation : 0;
    case Normalization::kDbsf:
      if (!(of.deviation > 0)) return 0.5;
      return std::max(0.0, (score - of.mean + 3 * of.deviation) / (6 * of.deviation));
    case Normalization::kNone:
      break;
  }
  return score;
}

double borda_points(std::size_t rank, std::size_t ranked, std::size_t all) {
  if (all < 2) return 1;
  const auto most = static_cast<double>(all - 1);
  if (rank > 0) return static_cast<double>(all - rank) / most;
  return static_cast<double>(all - ranked - 1) / 2 / most;
}

class Fusing {
 public:
  Fusing(const std::vector<WeightedRanking>& rankings, const RankFusionOptions& options)
      : rankings_(rankings), options_(options) {
    for (const WeightedRanking& one : rankings) total_weight_ += one.weight;
  }

  // Of the ranking of that number, for each of `ids`.
  std::vector<ArmScore> arm(std::size_t number, const std::vector<std::string>& ids) const {
    const WeightedRanking& ranking = rankings_[number];
    std::unordered_map<std::string_view, std::size_t> places;  // ranks
    std::vector<double> scores;
    for (std::size_t i = 0; i < ranking.hits.size(); ++i) {
      places.emplace(ranking.hits[i].id, i + 1);
      scores.push_back(ranking.hits[i].score);
    }
    const std::vector<double> fit = scaled_scores(scores, options_.normalization);
    const double lacking = options_.normalization == Normalization::kZScore && !fit.empty()
                               ? std::ranges::min(fit)
                               : 0;
    std::vector<ArmScore> out;
    for (const std::string& id : ids) {
      const auto found = places.find(id);
      const std::size_t rank = found == places.end() ? 0 : found->second;
      const double of_score = rank > 0 ? fit[rank - 1] : lacking;
      const double share =
          ranking.weight / total_weight_ * points(rank, ranking.hits.size(), ids.size(), of_score);
      out.push_back({rank, rank > 0 ? scores[rank - 1] : 0, share});
    }
    return out;
  }

 private:
  double points(std::size_t rank, std::size_t ranked, std::size_t all, double of_score) const {
    if (options_.how == RankFusion::kEnsemble) return of_score;
    if (options_.how == RankFusion::kBorda) return borda_points(rank, ranked, all);
    return rank > 0 ? 1 / (options_.rrf_k + static_cast<double>(rank)) : 0;
  }

  const std::vector<WeightedRanking>& rankings_;
  const RankFusionOptions& options_;
  double total_weight_ = 0;
};

Status check_fusion(const std::vector<WeightedRanking>& rankings,
                    const RankFusionOptions& options) {
  if (!(options.rrf_k > 0)) return invalid_argument("rrf_k must be above 0");
  bool any = false;
  for (const WeightedRanking& one : rankings) {
    if (!(one.weight >= 0) || std::isinf(one.weight))
      return invalid_argument("a weight must be 0 or more");
    any = any || one.weight > 0;
  }
  return any ? Status() : invalid_argument("one of the weights must be above 0");
}

}  // namespace

std::vector<double> scaled_scores(std::span<const double> scores, Normalization normalization) {
  const Moments moments = moments_of(scores);
  std::vector<double> out;
  for (const double score : scores) out.push_back(normalized(score, moments, normalization));
  return out;
}

Result<Hits> fuse_rankings(std::vector<WeightedRanking> rankings, const RankFusionOptions& options,
                           std::size_t k) {
  VECSTORE_TRY(check_fusion(rankings, options));
  Hits out = rankings.front().hits;
  std::vector<std::string> ids;
  std::unordered_map<std::string, std::size_t> seen;
  out.hits.clear();
  for (WeightedRanking& ranking : rankings) {
    for (const Hit& hit : ranking.hits) {
      if (!seen.emplace(hit.id, ids.size()).second) continue;
      ids.push_back(hit.id);
      out.hits.push_back(hit);
      out.hits.back().arms.clear();
      out.hits.back().score = 0;
    }
  }
  const Fusing fusing(rankings, options);
  for (std::size_t number = 0; number < rankings.size(); ++number) {
    const std::vector<ArmScore> arm = fusing.arm(number, ids);
    for (std::size_t i = 0; i < arm.size(); ++i) {
      out.hits[i].arms.push_back(arm[i]);
      out.hits[i].score += arm[i].share;
    }
  }
  std::ranges::stable_sort(out.hits, std::ranges::greater(), &Hit::score);
  if (out.hits.size() > k) out.hits.resize(k);
  return out;
}

}  // namespace vecstore
