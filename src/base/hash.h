// A fast hash of bytes (XXH3, 64 bits), the same on every platform and in every release: it may be
// stored. Not for secrets: whoever chooses the bytes can choose the hash.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace vecstore {

std::uint64_t hash64(ByteView bytes, std::uint64_t seed = 0);

}  // namespace vecstore
