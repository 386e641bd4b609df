// Reads the chunks of a term in memory, posting by posting.
#pragma once

#include <vector>

#include "text/index/memory_field.h"

namespace vecstore::text {

// A varint from bytes of our own making.
inline std::uint32_t trusted_varint(const std::byte*& at) {
  std::uint32_t value = static_cast<std::uint32_t>(*at) & 127;
  for (unsigned shift = 7; (static_cast<std::uint32_t>(*at++) & 128) != 0; shift += 7) {
    value |= (static_cast<std::uint32_t>(*at) & 127) << shift;
  }
  return value;
}

class MemoryPostingReader {
 public:
  explicit MemoryPostingReader(const PostingChunk& first) { enter(&first); }

  // False at the end, for now or for ever.
  bool next() {
    while (at_ == end_) {
      const PostingChunk* following = chunk_->next.load(std::memory_order_acquire);
      if (following == nullptr) return false;
      enter(following);
    }
    row_ += trusted_varint(at_);
    frequency_ = trusted_varint(at_);
    const std::uint32_t bytes = trusted_varint(at_);
    positions_ = at_;
    at_ += bytes;
    return true;
  }

  Row row() const { return row_; }
  std::uint32_t frequency() const { return frequency_; }
  const std::byte* positions() const { return positions_; }

 private:
  void enter(const PostingChunk* chunk) {
    chunk_ = chunk;
    at_ = chunk->data();
    end_ = at_ + static_cast<std::uint32_t>(chunk->state.load(std::memory_order_acquire));
    row_ = chunk->first_row;
  }

  const PostingChunk* chunk_ = nullptr;
  const std::byte* at_ = nullptr;
  const std::byte* end_ = nullptr;
  const std::byte* positions_ = nullptr;
  Row row_ = 0;
  std::uint32_t frequency_ = 0;
};

}  // namespace vecstore::text
