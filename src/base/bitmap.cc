#include "base/bitmap.h"

#include <algorithm>

namespace vecstore {
namespace {

std::size_t words_for(std::size_t size) { return size / 64 + (size % 64 != 0); }

}  // namespace

Bitmap::Bitmap(std::size_t size, bool value) : size_(size), words_(words_for(size)) {
  if (value) flip();
}

void Bitmap::set_range(std::size_t first, std::size_t last) {
  assert(first <= last && last <= size_);
  while (first < last) {
    const std::size_t bit = first % 64;
    const std::size_t width = std::min<std::size_t>(64 - bit, last - first);
    words_[first / 64] |= (~std::uint64_t{0} >> (64 - width)) << bit;
    first += width;
  }
}

void Bitmap::resize(std::size_t size) {
  words_.resize(words_for(size));
  if (size < size_ && size % 64 != 0) words_.back() &= ~std::uint64_t{0} >> (64 - size % 64);
  size_ = size;
}

std::size_t Bitmap::count() const {
  std::size_t total = 0;
  for (std::uint64_t word : words_) total += static_cast<std::size_t>(std::popcount(word));
  return total;
}

bool Bitmap::none() const {
  return std::all_of(words_.begin(), words_.end(), [](std::uint64_t word) { return word == 0; });
}

Bitmap& Bitmap::operator&=(const Bitmap& other) {
  assert(size_ == other.size_);
  for (std::size_t w = 0; w < words_.size(); ++w) words_[w] &= other.words_[w];
  return *this;
}

Bitmap& Bitmap::operator|=(const Bitmap& other) {
  assert(size_ == other.size_);
  for (std::size_t w = 0; w < words_.size(); ++w) words_[w] |= other.words_[w];
  return *this;
}

Bitmap& Bitmap::and_not(const Bitmap& other) {
  assert(size_ == other.size_);
  for (std::size_t w = 0; w < words_.size(); ++w) words_[w] &= ~other.words_[w];
  return *this;
}

Bitmap& Bitmap::flip() {
  for (std::uint64_t& word : words_) word = ~word;
  if (size_ % 64 != 0) words_.back() &= ~std::uint64_t{0} >> (64 - size_ % 64);
  return *this;
}

}  // namespace vecstore
