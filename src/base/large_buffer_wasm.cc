#include "base/large_buffer.h"

namespace vecstore {

void ask_for_huge_pages(std::span<std::byte>) {}

}  // namespace vecstore
