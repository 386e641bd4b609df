#include "base/bitmap.h"

#include <algorithm>

namespace vecstore {
namespace {

std::size_t words_for(std::size_t size) { return size / 64 + (size % 64 != 0); }

// Bits of each byte, in that byte.
std::uint64_t bits_by_byte(std::uint64_t word) {
  word -= word >> 1 & 0x5555555555555555;
  word = (word & 0x3333333333333333) + (word >> 2 & 0x3333333333333333);
  return (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0f;
}

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
  // Without an instruction for it, which not every x86-64 has: by bytes, that hold those of 31
  // words.
  constexpr std::size_t kWords = 31;
  std::size_t total = 0;
  for (std::size_t at = 0; at < words_.size(); at += kWords) {
    const std::size_t end = std::min(at + kWords, words_.size());
    if (are_clear(at, end)) continue;
    std::uint64_t bytes = 0;
    for (const std::uint64_t word : words().subspan(at, end - at)) bytes += bits_by_byte(word);
    const std::uint64_t halves = (bytes & 0x00ff00ff00ff00ff) + (bytes >> 8 & 0x00ff00ff00ff00ff);
    total += static_cast<std::size_t>(halves * 0x0001000100010001 >> 48);
  }
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
