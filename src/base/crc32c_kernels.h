// The implementations behind crc32c.h. The table form is the specification; crc32c_sse42.cc and
// crc32c_arm64.cc use the CPU's instruction, crc32c_portable.cc stands in where there is none.
#pragma once

#include "base/crc32c.h"

namespace vecstore {

std::uint32_t crc32c_table(ByteView bytes, std::uint32_t seed);

// The kernel for this CPU's own instruction, or nullptr.
const Crc32cKernel* crc32c_instruction();

}  // namespace vecstore
