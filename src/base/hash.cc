#include "base/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace vecstore {

std::uint64_t hash64(ByteView bytes, std::uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

}  // namespace vecstore
