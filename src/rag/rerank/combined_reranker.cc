#include "rag/rerank/combined_reranker.h"

#include <algorithm>
#include <unordered_map>

namespace vecstore {

Result<std::shared_ptr<const HitReranker>> CombinedReranker::make(
    std::string name, std::vector<WeightedReranker> arms, RankFusionOptions options) {
  if (arms.empty()) return invalid_argument(name + " combines nothing: it needs steps");
  std::vector<WeightedRanking> empty;
  for (const WeightedReranker& arm : arms) empty.push_back({Hits(), arm.weight});
  const Status possible = fuse_rankings(std::move(empty), options, 1).status();
  if (!possible.ok()) return possible.with_context(name);
  return std::shared_ptr<const HitReranker>(
      new CombinedReranker(std::move(name), std::move(arms), options));
}

bool CombinedReranker::reads_vectors() const {
  return std::ranges::any_of(
      arms_, [](const WeightedReranker& arm) { return arm.step && arm.step->reads_vectors(); });
}

Result<Hits> CombinedReranker::rerank(std::string_view question, Hits hits, std::size_t k) const {
  std::vector<WeightedRanking> rankings;
  for (const WeightedReranker& arm : arms_) {
    WeightedRanking ranking{hits, arm.weight};
    if (arm.step) {
      VECSTORE_ASSIGN(ranking.hits,
                      arm.step->rerank(question, std::move(ranking.hits), hits.size()));
    }
    rankings.push_back(std::move(ranking));
  }
  // What came in is a ranking of no weight before the others: it settles ties, and what hits have.
  rankings.insert(rankings.begin(), WeightedRanking{std::move(hits), 0});
  VECSTORE_ASSIGN(Hits fused, fuse_rankings(std::move(rankings), options_, SIZE_MAX));
  const auto nobodys = [](const Hit& hit) {
    return std::ranges::all_of(hit.arms.begin() + 1, hit.arms.end(),
                               [](const ArmScore& arm) { return arm.rank == 0; });
  };
  std::erase_if(fused.hits, nobodys);
  for (Hit& hit : fused.hits) hit.arms.erase(hit.arms.begin());
  if (fused.hits.size() > k) fused.hits.resize(k);
  return fused;
}

}  // namespace vecstore
