// Which rows a search has met: a bit each, and a list, so that beginning anew costs what was met.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace vecstore::index {

class VisitedRows {
 public:
  // Forgets what was met, and knows rows below `rows` from now on.
  void reset(std::size_t rows) {
    if (count_ * 16 > words_.size()) {
      std::fill(words_.begin(), words_.end(), std::uint64_t{0});
    } else {
      for (std::size_t i = 0; i < count_; ++i) words_[met_[i] / 64] = 0;
    }
    if (!words_.empty()) words_[rows_ / 64] = 0;
    count_ = 0;
    beyond_ = false;
    rows_ = rows;
    if (words_.size() <= rows / 64) words_.resize(rows / 64 + 1);
    words_[rows / 64] |= std::uint64_t{1}
                         << rows % 64;  // what is beyond was never met for the first time
  }

  // The number of rows met, to ask for those met later.
  std::size_t mark() const { return count_; }
  std::span<const std::uint32_t> since(std::size_t mark) const {
    return {met_.data() + mark, count_ - mark};
  }
  // A row that does not exist was named since the last reset.
  bool beyond() const { return beyond_; }

  // Meets them all. Without branches: whether a row was met is a coin's toss.
  void meet(std::span<const std::uint32_t> rows) {
    if (met_.size() < count_ + rows.size() + 1) met_.resize(2 * (count_ + rows.size() + 1));
    std::uint32_t* met = met_.data();
    std::size_t count = count_;
    for (const std::uint32_t row : rows) {
      beyond_ |= row >= rows_;
      const std::size_t known = std::min<std::size_t>(row, rows_);
      std::uint64_t& word = words_[known / 64];
      const std::uint64_t bit = std::uint64_t{1} << known % 64;
      met[count] = row;
      count += (word & bit) == 0 ? 1 : 0;
      word |= bit;
    }
    count_ = count;
  }

 private:
  std::vector<std::uint64_t> words_;
  std::vector<std::uint32_t> met_;
  std::size_t rows_ = 0;
  std::size_t count_ = 0;
  bool beyond_ = false;
};

}  // namespace vecstore::index
