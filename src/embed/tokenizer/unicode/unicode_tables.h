// What make_unicode_tables.py writes at build time: two-stage tables of blocks of 64 characters.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vecstore::unicode {

// Canonical composition: first and second become whole. Ordered by first, then second.
struct UnicodePair {
  char32_t first;
  char32_t second;
  char32_t whole;
};

// Every character: the bits of Trait, at 16 a Category, at 20 a Grapheme, at 24 the combining
// class.
extern const std::uint16_t kTraitIndex[];
extern const std::uint32_t kTraits[];

// Up to U+2FFFF: the place in kUnicodeTexts of a length and so many characters; 0: itself.
extern const std::uint16_t kCanonicalIndex[];
extern const std::uint16_t kCanonicalPlaces[];
extern const std::uint16_t kCompatibleIndex[];
extern const std::uint16_t kCompatiblePlaces[];
extern const std::uint16_t kLowerIndex[];
extern const std::uint16_t kLowerPlaces[];
extern const char32_t kUnicodeTexts[];

extern const UnicodePair kUnicodePairs[];
extern const std::size_t kUnicodePairCount;

}  // namespace vecstore::unicode
