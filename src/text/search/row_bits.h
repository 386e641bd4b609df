// The rows of one window, one bit each.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "base/bitmap.h"

namespace vecstore::text {

inline constexpr std::uint32_t kWindowRows = 4096;

class RowBits {
 public:
  bool test(std::uint32_t row) const { return (words_[row / 64] >> (row % 64) & 1) != 0; }
  void set(std::uint32_t row) { words_[row / 64] |= std::uint64_t{1} << (row % 64); }
  void clear(std::uint32_t row) { words_[row / 64] &= ~(std::uint64_t{1} << (row % 64)); }
  void fill() { words_.fill(~std::uint64_t{0}); }

  bool none() const {
    std::uint64_t all = 0;
    for (const std::uint64_t word : words_) all |= word;
    return all == 0;
  }
  // The first row of the set that is not before `row`, else kWindowRows.
  std::uint32_t next(std::uint32_t row) const {
    if (row >= kWindowRows) return kWindowRows;
    std::uint64_t word = words_[row / 64] >> (row % 64);
    if (word != 0) return row + static_cast<std::uint32_t>(std::countr_zero(word));
    for (std::uint32_t w = row / 64 + 1; w < words_.size(); ++w) {
      if (words_[w] != 0) return w * 64 + static_cast<std::uint32_t>(std::countr_zero(words_[w]));
    }
    return kWindowRows;
  }
  // Calls fn(row) for every row in the set, ascending; fn may clear the row it is given.
  template <typename Fn>
  void for_each(Fn&& fn) const {
    for (std::uint32_t w = 0; w < words_.size(); ++w) {
      for (std::uint64_t bits = words_[w]; bits != 0; bits &= bits - 1)
        fn(w * 64 + static_cast<std::uint32_t>(std::countr_zero(bits)));
    }
  }

  RowBits& operator|=(const RowBits& other) {
    for (std::size_t w = 0; w < words_.size(); ++w) words_[w] |= other.words_[w];
    return *this;
  }
  RowBits& and_not(const RowBits& other) {
    for (std::size_t w = 0; w < words_.size(); ++w) words_[w] &= ~other.words_[w];
    return *this;
  }
  std::array<std::uint64_t, kWindowRows / 64>& words() { return words_; }

 private:
  std::array<std::uint64_t, kWindowRows / 64> words_ = {};
};

// The window's rows that are in `rows`; it begins at a multiple of 64.
inline RowBits rows_of_window(const Bitmap& rows, std::uint32_t first) {
  RowBits bits;
  const auto words = rows.words();
  const std::size_t begin = std::min<std::size_t>(first / 64, words.size());
  const std::size_t count = std::min<std::size_t>(kWindowRows / 64, words.size() - begin);
  std::ranges::copy(words.subspan(begin, count), bits.words().begin());
  return bits;
}

}  // namespace vecstore::text
