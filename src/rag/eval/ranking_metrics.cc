// recall@k: relevant ones found over all relevant ones; precision@k: over k, also where fewer were
// found; hit_rate@k: 1 when there is one; mrr[@k]: 1 over the rank of the first; map[@k]: the
// precision at each relevant one, over all relevant ones; ndcg[@k]: gain = grade, discount
// log2(rank + 1), over that of the best ranking of all judged. All are 0 where no document is
// relevant. What nobody judged counts as not relevant.
#include <algorithm>
#include <cmath>
#include <optional>

#include "base/nearest.h"
#include "base/number.h"
#include "base/utf8.h"
#include "rag/eval/judgements.h"
#include "vecstore/evaluation.h"

namespace vecstore {
namespace {

using Ranking = std::span<const std::string>;
// Of the whole ranking where k is SIZE_MAX.
using Measure = double (*)(Ranking ranking, const Grades& grades, std::size_t k);

int grade_of(const std::string& id, const Grades& grades) {
  const auto judged = grades.find(id);
  return judged == grades.end() ? 0 : judged->second;
}

Ranking top(Ranking ranking, std::size_t k) { return ranking.first(std::min(k, ranking.size())); }

double found(Ranking ranking, const Grades& grades) {
  return static_cast<double>(
      std::ranges::count_if(ranking, [&](const auto& id) { return grade_of(id, grades) > 0; }));
}

double over_relevant(double sum, const Grades& grades) {
  const std::size_t relevant = relevant_count(grades);
  return relevant == 0 ? 0 : sum / static_cast<double>(relevant);
}

double recall(Ranking ranking, const Grades& grades, std::size_t k) {
  return over_relevant(found(top(ranking, k), grades), grades);
}

double precision(Ranking ranking, const Grades& grades, std::size_t k) {
  return found(top(ranking, k), grades) / static_cast<double>(k);
}

double hit_rate(Ranking ranking, const Grades& grades, std::size_t k) {
  return found(top(ranking, k), grades) > 0 ? 1 : 0;
}

double reciprocal_rank(Ranking ranking, const Grades& grades, std::size_t k) {
  const Ranking looked_at = top(ranking, k);
  for (std::size_t i = 0; i < looked_at.size(); ++i)
    if (grade_of(looked_at[i], grades) > 0) return 1 / static_cast<double>(i + 1);
  return 0;
}

double average_precision(Ranking ranking, const Grades& grades, std::size_t k) {
  const Ranking looked_at = top(ranking, k);
  double sum = 0, so_far = 0;
  for (std::size_t i = 0; i < looked_at.size(); ++i)
    if (grade_of(looked_at[i], grades) > 0) sum += ++so_far / static_cast<double>(i + 1);
  return over_relevant(sum, grades);
}

double discounted(int grade, std::size_t index) {
  return grade <= 0 ? 0 : grade / std::log2(static_cast<double>(index) + 2);
}

double ndcg(Ranking ranking, const Grades& grades, std::size_t k) {
  std::vector<int> best;
  for (const auto& [document, grade] : grades) best.push_back(grade);
  std::sort(best.begin(), best.end(), std::greater<>());
  double ideal = 0, gain = 0;
  for (std::size_t i = 0; i < std::min(k, best.size()); ++i) ideal += discounted(best[i], i);
  const Ranking looked_at = top(ranking, k);
  for (std::size_t i = 0; i < looked_at.size(); ++i)
    gain += discounted(grade_of(looked_at[i], grades), i);
  return ideal == 0 ? 0 : gain / ideal;
}

struct Known {
  std::string_view name;
  Measure measure;
  bool needs_k;
};
constexpr Known kKnown[] = {{"ndcg", ndcg, false},           {"recall", recall, true},
                            {"precision", precision, true},  {"hit_rate", hit_rate, true},
                            {"mrr", reciprocal_rank, false}, {"map", average_precision, false}};

Status unknown_metric(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Known& known : kKnown) names.push_back(known.name);
  return invalid_argument("unknown metric '" + shorten(name) + "', " +
                          nearest_or_known(name, names));
}

}  // namespace

Result<RankingMetric> ranking_metric(std::string_view name) {
  const std::size_t at = name.find('@');
  const auto known = std::ranges::find(kKnown, name.substr(0, at), &Known::name);
  if (known == std::end(kKnown)) return unknown_metric(name.substr(0, at));
  if (at == name.npos && known->needs_k)
    return invalid_argument("metric '" + std::string(name) + "' needs a depth, such as '" +
                            std::string(name) + "@10'");
  std::size_t k = SIZE_MAX;
  if (at != name.npos) {
    const std::optional<std::int64_t> depth = parse_int64(name.substr(at + 1));
    if (!depth || *depth < 1 || *depth > INT32_MAX)
      return invalid_argument("metric '" + shorten(name) + "' needs a depth from 1 on behind '@'");
    k = static_cast<std::size_t>(*depth);
  }
  const Measure measure = known->measure;
  return RankingMetric{std::string(name), [measure, k](Ranking ranking, const Grades& grades) {
                         return measure(ranking, grades, k);
                       }};
}

Result<std::vector<RankingMetric>> ranking_metrics(std::string_view list) {
  std::vector<RankingMetric> metrics;
  do {
    const std::size_t end = std::min(list.find(','), list.size());
    VECSTORE_ASSIGN(RankingMetric one, ranking_metric(list.substr(0, end)));
    if (std::ranges::find(metrics, one.name, &RankingMetric::name) != metrics.end())
      return invalid_argument("metric '" + one.name + "' comes a second time");
    metrics.push_back(std::move(one));
    list.remove_prefix(std::min(end + 1, list.size()));
  } while (!list.empty());
  return metrics;
}

}  // namespace vecstore
