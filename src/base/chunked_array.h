// An array that grows without moving: items of a fixed size in chunks that double, so that readers
// keep pointers while one writer appends. The writer publishes how many items count (see Snapshot);
// readers touch only those.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <utility>

namespace vecstore {

class ChunkedArray {
 public:
  explicit ChunkedArray(std::size_t item_bytes) : item_bytes_(item_bytes) {}

  // Makes room for `item`, zeroed; false when there is no memory. Writer only.
  bool reserve(std::uint32_t item) {
    const std::size_t chunk = place_of(item).chunk;
    if (chunks_[chunk]) return true;
    const std::size_t bytes = (kFirst << chunk) * item_bytes_;
    // calloc hands out large blocks as untouched zero pages: no pause for a chunk that doubles.
    memory_[chunk].reset(static_cast<std::byte*>(std::calloc(bytes + kAlignment, 1)));
    if (!memory_[chunk]) return false;
    const auto address = reinterpret_cast<std::uintptr_t>(memory_[chunk].get());
    chunks_[chunk] = memory_[chunk].get() + (kAlignment - address % kAlignment) % kAlignment;
    bytes_ += bytes;
    return true;
  }

  const std::byte* at(std::uint32_t item) const {
    const Place place = place_of(item);
    return chunks_[place.chunk] + place.offset * item_bytes_;
  }
  std::byte* at(std::uint32_t item) {
    return const_cast<std::byte*>(std::as_const(*this).at(item));
  }

  // How many items from `item` on lie one after the other.
  std::uint32_t run(std::uint32_t item) const {
    const Place place = place_of(item);
    return static_cast<std::uint32_t>((kFirst << place.chunk) - place.offset);
  }

  std::size_t item_bytes() const { return item_bytes_; }
  std::size_t allocated_bytes() const { return bytes_; }

 private:
  static constexpr std::size_t kFirst = 64;
  static constexpr std::size_t kAlignment = 64;
  static constexpr std::size_t kChunks = 27;
  struct Free {
    void operator()(std::byte* memory) const { std::free(memory); }
  };
  struct Place {
    std::size_t chunk;
    std::size_t offset;
  };
  static Place place_of(std::uint32_t item) {
    const std::size_t chunk = static_cast<std::size_t>(std::bit_width(item / kFirst + 1)) - 1;
    return {chunk, item - kFirst * ((std::size_t{1} << chunk) - 1)};
  }

  std::size_t item_bytes_;
  std::size_t bytes_ = 0;
  std::array<std::unique_ptr<std::byte, Free>, kChunks> memory_;
  std::array<std::byte*, kChunks> chunks_ = {};
};

}  // namespace vecstore
