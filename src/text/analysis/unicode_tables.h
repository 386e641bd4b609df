// What make_unicode_tables.py writes at build time: Unicode 14 in two-stage tables of blocks of 64
// characters, up to U+2FFFF.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vecstore::text {

// Canonical composition: first and second become whole. Ordered by first, then second.
struct UnicodePair {
  char32_t first;
  char32_t second;
  char32_t whole;
};

extern const std::uint16_t kClassIndex[];
extern const std::uint8_t
    kClass[];  // a WordClass; 16 when the folded character may join the one before
extern const std::uint16_t kFoldIndex[];
extern const std::uint16_t
    kFold[];  // 0: itself; 1: nothing; else the place of a length and a text + 2
extern const std::uint16_t kCombiningIndex[];
extern const std::uint8_t kCombining[];
extern const char kFoldText[];
extern const UnicodePair kPairs[];
extern const std::size_t kPairCount;
// Of all that is above.
extern const std::uint32_t kUnicodeTables;

}  // namespace vecstore::text
