// A dense set of rows, one bit each: filters evaluate to these and searches walk them.
//
// The bits beyond size() in the last word are always zero. Operations on two bitmaps need equal
// sizes. Const functions may run from many threads.
#pragma once

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstdint>
#include <span>
#include <vector>

namespace vecstore {

class Bitmap {
 public:
  Bitmap() = default;
  explicit Bitmap(std::size_t size, bool value = false);

  std::size_t size() const { return size_; }

  bool test(std::size_t row) const { return (words_[row / 64] >> (row % 64) & 1) != 0; }
  void set(std::size_t row) { words_[row / 64] |= std::uint64_t{1} << (row % 64); }
  void clear(std::size_t row) { words_[row / 64] &= ~(std::uint64_t{1} << (row % 64)); }

  // Sets every row in [first, last).
  void set_range(std::size_t first, std::size_t last);

  // New rows are clear.
  void resize(std::size_t size);

  std::size_t count() const;
  bool none() const;

  Bitmap& operator&=(const Bitmap& other);
  Bitmap& operator|=(const Bitmap& other);
  Bitmap& and_not(const Bitmap& other);
  Bitmap& flip();
  bool operator==(const Bitmap& other) const = default;

  // Calls fn(row) for every row in the set, ascending.
  template <typename Fn>
  void for_each(Fn&& fn) const {
    for (std::size_t first = 0; first < words_.size(); first += kRun) {
      const std::size_t end = std::min(first + kRun, words_.size());
      if (are_clear(first, end)) continue;
      for (std::size_t w = first; w < end; ++w) {
        for (std::uint64_t bits = words_[w]; bits != 0; bits &= bits - 1)
          fn(w * 64 + static_cast<std::size_t>(std::countr_zero(bits)));
      }
    }
  }

  // Row r is bit r % 64 of word r / 64. Whoever writes keeps the bits beyond size() zero.
  std::span<const std::uint64_t> words() const { return words_; }
  std::span<std::uint64_t> words() { return words_; }

 private:
  // Words that are looked at together: many sets are empty in most places.
  static constexpr std::size_t kRun = 8;
  bool are_clear(std::size_t first, std::size_t end) const {
    std::uint64_t any = 0;
    for (std::size_t w = first; w < end; ++w) any |= words_[w];
    return any == 0;
  }

  std::size_t size_ = 0;
  std::vector<std::uint64_t> words_;
};

}  // namespace vecstore
