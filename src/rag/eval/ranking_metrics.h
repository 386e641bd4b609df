// How good a ranking is by judgements, as trec_eval defines it.
//
// recall@k: relevant ones found over all relevant ones; precision@k: over k, also where fewer were
// found; hit_rate@k: 1 when there is one; mrr[@k]: 1 over the rank of the first; map[@k]: the
// precision at each relevant one, over all relevant ones; ndcg[@k]: gain = grade, discount
// log2(rank + 1), over that of the best ranking of all judged. All are 0 where no document is
// relevant. What nobody judged counts as not relevant.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rag/eval/judgements.h"

namespace vecstore {

// One of the above, or a function of your own.
struct RankingMetric {
  std::string name = {};
  // `ranking` is best first and has no id twice. Its own order counts, where trec_eval would order
  // equal scores by id. Larger is better; must be finite.
  std::function<double(std::span<const std::string> ranking, const Grades& grades)> measure = {};
};

// "ndcg@10", "mrr"; kInvalidArgument for another name, and for a k that is missing or 0.
Result<RankingMetric> ranking_metric(std::string_view name);
// "ndcg@10,recall@100": at least one, none twice.
Result<std::vector<RankingMetric>> ranking_metrics(std::string_view list);

inline constexpr std::string_view kUsualMetrics = "ndcg@10,mrr@10,map,recall@100";

}  // namespace vecstore
