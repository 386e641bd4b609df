// The k nearest of rows whose distances come by the dozen, in ascending order of rows.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "index/nearest_list.h"

namespace vecstore::index {

// Rows that may be among them gather without a branch, and are cut to k when there is no more room:
// about three steps a row, where a heap has log k for each that enters and is guessed wrong as
// often. A distance that is not a number is farther than all others.
class NearestOfMany {
 public:
  explicit NearestOfMany(std::size_t k) : k_(k), kept_(2 * k + kRoom) {}

  // The rows are above all before.
  void add(std::span<const std::uint32_t> rows, const float* distances) {
    for (std::size_t at = 0; at < rows.size();) {
      const std::size_t end = std::min(rows.size(), at + (kept_.size() - count_));
      for (; at < end; ++at) {
        const float distance = distances[at] < kFarthest ? distances[at] : kFarthest;
        kept_[count_] = {distance, rows[at]};
        count_ += distance < limit_ ? 1 : 0;
      }
      if (count_ == kept_.size()) cut();
    }
  }

  // Nearest first; leaves it empty.
  std::vector<Candidate> take() {
    if (count_ > k_) cut();
    kept_.resize(count_);
    std::sort(kept_.begin(), kept_.end());
    count_ = 0;
    return std::move(kept_);
  }

 private:
  static constexpr std::size_t kRoom = 128;
  static constexpr float kFarthest = std::numeric_limits<float>::max();

  void cut() {
    const auto begin = kept_.begin();
    const auto end = begin + static_cast<std::ptrdiff_t>(k_);
    if (k_ > 0) {
      std::nth_element(begin, end - 1, begin + static_cast<std::ptrdiff_t>(count_));
      limit_ = (end - 1)->distance;  // an equal one that comes later has a greater row
    }
    count_ = k_;
  }

  const std::size_t k_;
  std::vector<Candidate> kept_;
  std::size_t count_ = 0;
  float limit_ = std::numeric_limits<float>::infinity();
};

}  // namespace vecstore::index
