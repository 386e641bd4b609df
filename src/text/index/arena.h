// Memory that is given out piece by piece and freed all at once, so that who holds a pointer into
// it may keep it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <vector>

namespace vecstore::text {

class Arena {
 public:
  // Aligned to 8, uninitialised; null when there is no memory.
  std::byte* allocate(std::size_t bytes) {
    bytes = (bytes + 7) / 8 * 8;
    if (bytes > left_ && !grow(bytes)) return nullptr;
    std::byte* memory = at_;
    at_ += bytes;
    left_ -= bytes;
    return memory;
  }

  std::size_t allocated_bytes() const { return allocated_; }

 private:
  static constexpr std::size_t kBlock = std::size_t{1} << 16;

  bool grow(std::size_t bytes) {
    const std::size_t size = std::max(bytes, kBlock);
    if (blocks_.size() == blocks_.capacity()) blocks_.reserve(blocks_.size() * 2 + 8);
    std::unique_ptr<std::byte[]> block(new (std::nothrow) std::byte[size]);
    if (!block) return false;
    at_ = block.get();
    left_ = size;
    allocated_ += size;
    blocks_.push_back(std::move(block));
    return true;
  }

  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  std::byte* at_ = nullptr;
  std::size_t left_ = 0;
  std::size_t allocated_ = 0;
};

}  // namespace vecstore::text
