#include "index/neighbour_choice.h"

#include <algorithm>

namespace vecstore::index {
namespace {

// Candidates that are compared in one go with a row that was chosen: more at once are faster, but
// those behind the last one chosen are compared in vain.
constexpr std::size_t kAtOnce = 24;

}  // namespace

std::span<const std::uint32_t> NeighbourChoice::choose(std::span<const Candidate> candidates,
                                                       std::size_t most) {
  chosen_.clear();
  return choose_besides(candidates, most);
}

// Goes on with what is chosen already.
std::span<const std::uint32_t> NeighbourChoice::choose_besides(
    std::span<const Candidate> candidates, std::size_t most) {
  while (!candidates.empty() && chosen_.size() < most) {
    const auto some = candidates.first(std::min(kAtOnce, candidates.size()));
    candidates = candidates.subspan(some.size());
    left_.assign(some.begin(), some.end());
    for (const std::uint32_t row : chosen_) drop_nearer_to(row, 0);
    for (std::size_t i = 0; i < left_.size() && chosen_.size() < most; ++i) {
      chosen_.push_back(left_[i].row);
      if (chosen_.size() < most) drop_nearer_to(left_[i].row, i + 1);
    }
  }
  return chosen_;
}

std::span<const std::uint32_t> NeighbourChoice::choose_for(std::uint32_t row,
                                                           std::span<const std::uint32_t> rows,
                                                           std::size_t most) {
  return choose(sorted(row, rows), most);
}

std::span<const std::uint32_t> NeighbourChoice::choose_more(std::uint32_t row,
                                                            std::span<const std::uint32_t> kept,
                                                            std::vector<std::uint32_t>& rows,
                                                            std::size_t most) {
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  std::erase_if(rows, [&](std::uint32_t other) {
    return other == row || std::find(kept.begin(), kept.end(), other) != kept.end();
  });
  chosen_.assign(kept.begin(), kept.end());
  return choose_besides(sorted(row, rows), most);
}

std::span<const Candidate> NeighbourChoice::sorted(std::uint32_t row,
                                                   std::span<const std::uint32_t> rows) {
  distances_.resize(std::max(distances_.size(), rows.size()));
  graph_.code().distances(graph_.query_of(row), graph_.codes(), rows, distances_.data());
  sorted_.clear();
  for (std::size_t i = 0; i < rows.size(); ++i) sorted_.push_back({distances_[i], rows[i]});
  std::sort(sorted_.begin(), sorted_.end());
  return sorted_;
}

void NeighbourChoice::drop_nearer_to(std::uint32_t chosen, std::size_t from) {
  if (from >= left_.size()) return;
  ids_.clear();
  for (std::size_t i = from; i < left_.size(); ++i) ids_.push_back(left_[i].row);
  distances_.resize(std::max(distances_.size(), ids_.size()));
  graph_.code().distances(graph_.query_of(chosen), graph_.codes(), ids_, distances_.data());
  std::size_t kept = from;
  for (std::size_t i = from; i < left_.size(); ++i)
    if (distances_[i - from] >= left_[i].distance) left_[kept++] = left_[i];
  left_.resize(kept);
}

}  // namespace vecstore::index
