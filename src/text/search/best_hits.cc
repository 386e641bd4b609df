#include "text/search/best_hits.h"

#include <algorithm>

namespace vecstore::text {
namespace {

constexpr std::size_t kMostTies = 4'096;

}  // namespace

BestHits::BestHits(std::size_t k, const TieOrder& order) : k_(k), order_(order) {}

void BestHits::add(std::uint32_t segment, Row row, Score score) {
  if (k_ == 0 || score < least()) return;
  const Found found = {score, segment, row};
  if (!full_) {
    best_.push_back(found);
    if (best_.size() == k_) make_heap();
  } else if (score == worst_) {
    note_tie(found);
  } else {
    const Found last = best_.front();
    replace_last(found);
    if (best_.front().score > worst_) {
      worst_ = best_.front().score;
      ties_.clear();
    } else if (!by_row()) {
      note_tie(last);
    }
  }
}

void BestHits::make_heap() {
  std::ranges::make_heap(best_, better);  // the last of them at its front
  worst_ = best_.front().score;
  full_ = true;
}

// `found` takes the place of the front, and sinks. Which child comes later is not branched on: no
// CPU could foretell it.
void BestHits::replace_last(const Found& found) {
  Found* const heap = best_.data();
  const std::size_t count = best_.size();
  std::size_t at = 0;
  for (std::size_t child = 1; child < count; child = 2 * at + 1) {
    if (child + 1 < count) child += static_cast<std::size_t>(better(heap[child], heap[child + 1]));
    if (better(heap[child], found)) break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = found;
}

void BestHits::note_tie(const Found& found) {
  ties_.push_back(found);
  if (ties_.size() >= kMostTies) settle();
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
  std::ranges::make_heap(best_, better);
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
