#include "base/large_buffer.h"

namespace vecstore {
namespace {

constexpr std::size_t kLine = 64;
constexpr std::size_t kHugePage = std::size_t{2} << 20;

}  // namespace

LargeBuffer::LargeBuffer(std::size_t size) : size_(size) {
  const std::align_val_t alignment{size < kHugePage ? kLine : kHugePage};
  auto* data = static_cast<std::byte*>(::operator new(size, alignment, std::nothrow));
  data_ = std::unique_ptr<std::byte, FreeAligned>(data, FreeAligned{alignment});
  if (data != nullptr && size >= kHugePage) ask_for_huge_pages({data, size});
}

}  // namespace vecstore
