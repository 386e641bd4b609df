// Memory for bytes that are read all over: in huge pages where the system has them to spare, which
// saves most of what a random read costs beyond the caches.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <span>

namespace vecstore {

struct FreeAligned {
  std::align_val_t alignment = {};
  void operator()(std::byte* data) const { ::operator delete(data, alignment); }
};

class LargeBuffer {
 public:
  LargeBuffer() = default;
  // `size` bytes, not set, at a multiple of 64; empty when there is no memory.
  explicit LargeBuffer(std::size_t size);

  std::span<std::byte> bytes() const { return {data_.get(), data_ ? size_ : 0}; }

 private:
  std::unique_ptr<std::byte, FreeAligned> data_;
  std::size_t size_ = 0;
};

// Tells the system that a range is worth huge pages; where it has none, nothing happens.
void ask_for_huge_pages(std::span<std::byte> range);

}  // namespace vecstore
