#include "rag/rerank/score_reranker.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/utf8.h"
#include "rag/rerank/fuse_rankings.h"

namespace vecstore {
namespace {

// The best `k`, of equal ones the earlier first.
void keep_best(Hits& hits, std::size_t k) {
  std::ranges::stable_sort(hits.hits, std::ranges::greater(), &Hit::score);
  if (hits.size() > k) hits.hits.resize(k);
}

std::optional<double> number_of(const Hit& hit, const std::string& key) {
  const Value* value = hit.metadata.find(key);
  if (!value) return std::nullopt;
  if (const std::int64_t* number = value->as_int()) return static_cast<double>(*number);
  if (const bool* truth = value->as_bool()) return *truth ? 1 : 0;
  const double* number = value->as_double();
  return number ? std::optional(*number) : std::nullopt;
}

}  // namespace

Result<std::shared_ptr<const HitReranker>> ScoreReranker::make(ScoreStep step) {
  if (!(step.weight >= -1 && step.weight <= 1))
    return invalid_argument("score: weight must be from -1 to 1, it is " +
                            std::to_string(step.weight));
  return std::shared_ptr<const HitReranker>(new ScoreReranker(std::move(step)));
}

void ScoreReranker::add_field(Hits& hits) const {
  std::vector<double> there;
  std::vector<std::size_t> of_hit;
  for (std::size_t i = 0; i < hits.size(); ++i) {
    const std::optional<double> number = number_of(hits[i], step_.field);
    if (!number) continue;
    there.push_back(*number);
    of_hit.push_back(i);
  }
  std::vector<double> values(hits.size(), step_.otherwise);
  const std::vector<double> scaled = scaled_scores(there, step_.normalization);
  for (std::size_t i = 0; i < of_hit.size(); ++i) values[of_hit[i]] = scaled[i];
  const double share = std::abs(step_.weight);
  for (std::size_t i = 0; i < hits.size(); ++i) {
    // Downwards, what was 0 to 1 is 1 to 0.
    const double value = step_.weight < 0 ? 1 - values[i] : values[i];
    hits.hits[i].score = (1 - share) * hits[i].score + share * value;
  }
}

Result<Hits> ScoreReranker::rerank(std::string_view, Hits hits, std::size_t k) const {
  std::vector<double> scores;
  for (const Hit& hit : hits) scores.push_back(hit.score);
  scores = scaled_scores(scores, step_.normalization);
  for (std::size_t i = 0; i < hits.size(); ++i) hits.hits[i].score = scores[i];
  if (!step_.field.empty()) add_field(hits);
  if (step_.least)
    std::erase_if(hits.hits, [&](const Hit& hit) { return hit.score < *step_.least; });
  keep_best(hits, k);
  return hits;
}

Result<Hits> FunctionReranker::rerank(std::string_view question, Hits hits, std::size_t k) const {
  for (std::size_t i = 0; i < hits.size(); ++i) {
    VECSTORE_ASSIGN(const double score, function_(question, hits[i], i + 1));
    if (!std::isfinite(score))
      return invalid_argument("the function '" + name_ + "' gives hit '" + shorten(hits[i].id) +
                              "' no finite score");
    hits.hits[i].score = score;
  }
  keep_best(hits, k);
  return hits;
}

}  // namespace vecstore
