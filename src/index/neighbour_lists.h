// The links of a graph that is being built: lists of up to `capacity` rows, one after the other,
// each its count, then its rows.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"

namespace vecstore::index {

class NeighbourLists {
 public:
  explicit NeighbourLists(std::uint32_t capacity) : capacity_(capacity) {}

  void add() { words_.resize(words_.size() + capacity_ + 1); }
  void resize(std::size_t lists) { words_.resize(lists * (capacity_ + 1)); }
  std::uint32_t capacity() const { return capacity_; }
  std::size_t size() const { return words_.size() / (capacity_ + 1); }
  std::span<const std::uint32_t> at(std::size_t list) const {
    const std::uint32_t* begin = &words_[list * (capacity_ + 1)];
    return {begin + 1, begin[0]};
  }
  void set(std::size_t list, std::span<const std::uint32_t> rows) {
    std::uint32_t* begin = &words_[list * (capacity_ + 1)];
    begin[0] = static_cast<std::uint32_t>(rows.size());
    std::copy(rows.begin(), rows.end(), begin + 1);
  }
  void push(std::size_t list, std::uint32_t row) {
    std::uint32_t* begin = &words_[list * (capacity_ + 1)];
    begin[++begin[0]] = row;
  }
  // Asks for what at() will read.
  void prefetch(std::size_t list) const {
    const std::uint32_t* begin = &words_[list * (capacity_ + 1)];
    for (std::size_t at = 0; at <= capacity_; at += 16) __builtin_prefetch(begin + at);
    __builtin_prefetch(begin + capacity_);
  }
  void pop(std::size_t list) { --words_[list * (capacity_ + 1)]; }
  ByteView bytes() const { return std::as_bytes(std::span(words_)); }

 private:
  std::uint32_t capacity_;
  std::vector<std::uint32_t> words_;
};

}  // namespace vecstore::index
