#include "db/search/fuse.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace vecstore::db {
namespace {

constexpr double kRankOffset = 60;  // of reciprocal ranks, as published

// What the row at `rank` gives, before its half's share.
double part_of(FusionMethod method, const std::vector<RankedRow>& rows, std::size_t rank) {
  if (method == FusionMethod::kRrf) return 2 / (kRankOffset + static_cast<double>(rank + 1));
  const double worst = rows.back().score, range = rows.front().score - worst;
  return range > 0 ? (rows[rank].score - worst) / range : 1;
}

std::vector<ArmScore> arm_scores(const Fusion& fusion, const std::vector<RankedRow>& rows,
                                 double weight) {
  std::vector<ArmScore> scores;
  scores.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    scores.push_back({i + 1, rows[i].score, weight * part_of(fusion.method, rows, i)});
  return scores;
}

std::uint64_t key(const RankedRow& row) { return std::uint64_t{row.segment} << 32 | row.row; }

}  // namespace

std::vector<RankedRow> fuse(const Fusion& fusion, std::vector<RankedRow> by_vector,
                            std::vector<RankedRow> by_text) {
  const auto vector_scores = arm_scores(fusion, by_vector, fusion.alpha);
  const auto text_scores = arm_scores(fusion, by_text, 1 - fusion.alpha);
  std::vector<RankedRow> all = std::move(by_vector);
  std::unordered_map<std::uint64_t, std::size_t> places;
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].by_vector = vector_scores[i];
    all[i].score = vector_scores[i].share;
    places.emplace(key(all[i]), i);
  }
  for (std::size_t i = 0; i < by_text.size(); ++i) {
    const auto [at, is_new] = places.emplace(key(by_text[i]), all.size());
    if (is_new) {
      all.push_back(std::move(by_text[i]));
      all.back().score = 0;
    }
    all[at->second].by_text = text_scores[i];
    all[at->second].score += text_scores[i].share;
  }
  std::ranges::sort(all, [](const RankedRow& a, const RankedRow& b) {
    return a.score != b.score ? a.score > b.score : a.id < b.id;
  });
  return all;
}

}  // namespace vecstore::db
