#include "query/nearest_rows.h"

#include <algorithm>
#include <utility>

namespace vecstore::query {

const std::string& NearestRows::name(Place of) {
  FoundRow& row = rows_[of.at];
  if (!row.id.empty() || !unread_.ok()) return row.id;
  const auto id = snapshot_.segments[row.segment].segment->id(row.row, scratch_);
  if (id.ok()) {
    row.id = *id;
  } else {
    unread_ = id.status();
  }
  return row.id;
}

bool NearestRows::nearer(const Place& a, const Place& b) {
  if (a.distance != b.distance) return a.distance < b.distance;
  return name(a) < name(b);
}

Status NearestRows::offer(double distance, std::uint32_t segment, Row row) {
  const auto before = [this](const Place& a, const Place& b) { return nearer(a, b); };
  if (!full()) {
    heap_.push_back({distance, static_cast<std::uint32_t>(rows_.size())});
    rows_.push_back({distance, segment, row, {}});
    std::push_heap(heap_.begin(), heap_.end(), before);
    return unread_;
  }
  if (distance > farthest()) return {};
  // The last place of rows_ is of the one that may enter.
  const Place place{distance, static_cast<std::uint32_t>(k_)};
  rows_.resize(k_ + 1);
  rows_[k_] = {distance, segment, row, {}};
  if (!nearer(place, heap_.front())) return unread_;
  std::pop_heap(heap_.begin(), heap_.end(), before);
  std::swap(rows_[heap_.back().at], rows_[k_]);
  heap_.back().distance = distance;
  std::push_heap(heap_.begin(), heap_.end(), before);
  return unread_;
}

Status NearestRows::take(NearestRows& other) {
  for (const Place& place : std::exchange(other.heap_, {})) {
    const FoundRow& row = other.rows_[place.at];
    VECSTORE_TRY(offer(row.distance, row.segment, row.row));
  }
  other.rows_.clear();
  return {};
}

Result<std::vector<FoundRow>> NearestRows::finish() {
  std::vector<FoundRow> rows;
  rows.reserve(heap_.size());
  std::sort_heap(heap_.begin(), heap_.end(),
                 [this](const Place& a, const Place& b) { return nearer(a, b); });
  for (const Place& place : std::exchange(heap_, {})) {
    name(place);
    rows.push_back(std::move(rows_[place.at]));
  }
  rows_.clear();
  VECSTORE_TRY(unread_);
  return rows;
}

}  // namespace vecstore::query
