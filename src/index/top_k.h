// The k smallest of many, kept in a heap while they pass by.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

namespace vecstore::index {

// `Less(a, b)` is a total order in which smaller is better. Cost: O(log k) for an item that enters,
// one comparison for the others.
template <typename Item, typename Less>
class TopK {
 public:
  TopK(std::size_t k, Less less) : k_(k), less_(std::move(less)) {}

  bool full() const { return items_.size() == k_; }
  // The worst item kept; only when there is one.
  const Item& worst() const { return items_.front(); }
  // True when push would keep the item.
  bool wants(const Item& item) const { return k_ > 0 && (!full() || less_(item, worst())); }

  void push(Item item) {
    if (!wants(item)) return;
    if (full()) {
      std::pop_heap(items_.begin(), items_.end(), less_);
      items_.back() = std::move(item);
    } else {
      items_.push_back(std::move(item));
    }
    std::push_heap(items_.begin(), items_.end(), less_);
  }

  // What was kept, best first; leaves it empty.
  std::vector<Item> take() {
    std::sort_heap(items_.begin(), items_.end(), less_);
    return std::exchange(items_, {});
  }

 private:
  std::size_t k_;
  Less less_;
  std::vector<Item> items_;
};

}  // namespace vecstore::index
