// The beam of a graph search: the nearest rows met so far, sorted, each expanded once.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace vecstore::index {

// A row and its distance; equal distances are ordered by row, so that searches are reproducible.
struct Candidate {
  float distance;
  std::uint32_t row;
  bool operator<(const Candidate& other) const {
    return distance < other.distance || (distance == other.distance && row < other.row);
  }
};

// Insertion costs a binary search and a move of what is behind. Rows are below 2^31: the top bit
// says "expanded".
class NearestList {
 public:
  void reset(std::size_t capacity) {
    capacity_ = capacity;
    cursor_ = 0;
    items_.clear();
    items_.reserve(capacity + 1);
  }

  // Makes room for `capacity` and takes `rows`, nearest first, the first `expanded` of which were.
  void restore(std::size_t capacity, std::span<const Candidate> rows, std::size_t expanded) {
    reset(capacity);
    items_.assign(rows.begin(), rows.end());
    for (std::size_t i = 0; i < expanded; ++i) items_[i].row |= kExpanded;
  }

  std::size_t size() const { return items_.size(); }
  bool full() const { return items_.size() == capacity_; }
  bool wants(float distance) const { return !full() || distance < items_.back().distance; }
  Candidate at(std::size_t i) const { return {items_[i].distance, items_[i].row & kRow}; }

  // The rows before the nearest that is not expanded, once peek() has been asked.
  std::size_t expanded() const { return cursor_; }

  // True when it is nearer than what peek() gave.
  bool insert(Candidate candidate) {
    const auto at = std::upper_bound(items_.begin(), items_.end(), candidate, before);
    const auto position = static_cast<std::size_t>(at - items_.begin());
    if (position == capacity_) return false;
    if (full()) items_.pop_back();
    items_.insert(items_.begin() + static_cast<std::ptrdiff_t>(position), candidate);
    const bool first = position <= cursor_;
    cursor_ = std::min(cursor_, position);
    return first;
  }

  // True and the nearest row not expanded yet.
  bool peek(Candidate& out) {
    while (cursor_ < items_.size() && (items_[cursor_].row & kExpanded) != 0) ++cursor_;
    if (cursor_ == items_.size()) return false;
    out = items_[cursor_];
    return true;
  }

  // The same, and it counts as expanded from now on.
  bool next(Candidate& out) {
    if (!peek(out)) return false;
    items_[cursor_].row |= kExpanded;
    return true;
  }

 private:
  static constexpr std::uint32_t kExpanded = 0x80000000;
  static constexpr std::uint32_t kRow = 0x7fffffff;
  static bool before(const Candidate& a, const Candidate& b) {
    return a.distance < b.distance || (a.distance == b.distance && (a.row & kRow) < (b.row & kRow));
  }

  std::size_t capacity_ = 0;
  std::size_t cursor_ = 0;  // everything before it is expanded
  std::vector<Candidate> items_;
};

}  // namespace vecstore::index
