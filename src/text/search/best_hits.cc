#include "text/search/best_hits.h"

#include <algorithm>
#include <iterator>

namespace vecstore::text {
namespace {

constexpr std::size_t kMostTies = 4'096;

// So many may come before the k best are picked out again: much less work than a heap.
std::size_t room_beside(std::size_t k) { return std::max<std::size_t>(2, k / 4); }

}  // namespace

BestHits::BestHits(std::size_t k, const TieOrder& order) : k_(k), order_(order) {}

void BestHits::add(std::uint32_t segment, Row row, Score score) {
  if (k_ == 0 || score < least()) return;
  if (full_ && score == worst_) {
    ties_.push_back({score, segment, row});
    if (ties_.size() >= kMostTies) settle();
    return;
  }
  best_.push_back({score, segment, row});
  if (best_.size() >= k_ + room_beside(k_)) cut();
}

// Leaves the k best, where there are so many.
void BestHits::cut() {
  if (best_.size() < k_ || k_ == 0) return;
  const auto last = best_.begin() + static_cast<std::ptrdiff_t>(k_ - 1);
  std::ranges::nth_element(best_, last, better);
  if (full_ && last->score > worst_) ties_.clear();
  worst_ = last->score;
  full_ = true;
  if (!by_row()) {
    std::copy_if(last + 1, best_.end(), std::back_inserter(ties_),
                 [this](const Found& found) { return found.score == worst_; });
  }
  best_.resize(k_);
}

bool BestHits::comes_first(const Keyed& a, const Keyed& b) const {
  if (a.found.score != b.found.score) return a.found.score > b.found.score;
  if (a.key != b.key) return a.key < b.key;
  return by_row() ? better(a.found, b.found) : order_.before(a.found.hit(), b.found.hit());
}

std::vector<BestHits::Keyed> BestHits::keyed(std::span<const Found> rows) const {
  std::vector<TextHit> hits;
  hits.reserve(rows.size());
  for (const Found& found : rows) hits.push_back(found.hit());
  std::vector<std::uint64_t> keys(rows.size());
  if (order_.keys) order_.keys(hits, keys);
  std::vector<Keyed> result;
  result.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) result.push_back({rows[i], keys[i]});
  return result;
}

// By a heap: no step of that leaves the vector, whatever the order says. Where an id cannot be read
// in the middle of this, it contradicts itself, and other sorts would not stop at the ends.
void BestHits::sort_first(std::vector<Keyed>& all, std::ptrdiff_t count) const {
  std::partial_sort(all.begin(), all.begin() + count, all.end(),
                    [this](const Keyed& a, const Keyed& b) { return comes_first(a, b); });
}

// Of all that score as much as the worst of the k best, those that come first stay.
void BestHits::settle() {
  cut();
  if (ties_.empty()) return;
  const auto above = std::partition(best_.begin(), best_.end(),
                                    [this](const Found& found) { return found.score > worst_; });
  const auto wanted = best_.end() - above;
  ties_.insert(ties_.end(), above, best_.end());
  best_.erase(above, best_.end());
  std::vector<Keyed> all = keyed(ties_);
  sort_first(all, wanted);
  for (const Keyed& one : std::span(all).first(static_cast<std::size_t>(wanted)))
    best_.push_back(one.found);
  ties_.clear();
}

std::vector<TextHit> BestHits::take() {
  settle();
  std::vector<Keyed> all = keyed(best_);
  sort_first(all, static_cast<std::ptrdiff_t>(all.size()));
  std::vector<TextHit> hits;
  hits.reserve(all.size());
  for (const Keyed& one : all) hits.push_back(one.found.hit());
  best_.clear();
  return hits;
}

}  // namespace vecstore::text
