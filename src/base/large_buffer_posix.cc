#include <sys/mman.h>

#include "base/large_buffer.h"

namespace vecstore {

void ask_for_huge_pages([[maybe_unused]] std::span<std::byte> range) {
#if defined(MADV_HUGEPAGE)
  ::madvise(range.data(), range.size(), MADV_HUGEPAGE);
#endif
}

}  // namespace vecstore
