#include "embed/tokenizer/unicode/unicode.h"

#include <algorithm>
#include <tuple>

namespace vecstore::unicode {
namespace {

std::span<const char32_t> text_at(std::uint32_t place) {
  return {kUnicodeTexts + place + 1, kUnicodeTexts[place]};
}

std::uint32_t look_up(const std::uint16_t* index, const std::uint16_t* places, char32_t value) {
  return places[std::uint32_t{index[value / 64]} * 64 + value % 64];
}

// Unicode, section 3.12.
constexpr char32_t kSyllables = 0xAC00, kLeads = 0x1100, kVowels = 0x1161, kTails = 0x11A7;
constexpr char32_t kLeadCount = 19, kVowelCount = 21, kTailCount = 28;
constexpr char32_t kSyllableCount = kLeadCount * kVowelCount * kTailCount;

char32_t compose_hangul(char32_t first, char32_t second) {
  if (first - kLeads < kLeadCount && second - kVowels < kVowelCount) {
    return kSyllables + ((first - kLeads) * kVowelCount + second - kVowels) * kTailCount;
  }
  const char32_t syllable = first - kSyllables, tail = second - kTails;
  if (syllable < kSyllableCount && syllable % kTailCount == 0 && tail > 0 && tail < kTailCount) {
    return first + tail;
  }
  return 0;
}

}  // namespace

std::span<const char32_t> canonical(char32_t value) {
  return text_at(look_up(kCanonicalIndex, kCanonicalPlaces, value));
}

std::span<const char32_t> compatible(char32_t value) {
  return text_at(look_up(kCompatibleIndex, kCompatiblePlaces, value));
}

std::span<const char32_t> lower(char32_t value) {
  return text_at(look_up(kLowerIndex, kLowerPlaces, value));
}

char32_t compose(char32_t first, char32_t second) {
  if (const char32_t whole = compose_hangul(first, second)) return whole;
  const std::span pairs(kUnicodePairs, kUnicodePairCount);
  const auto key = [](const UnicodePair& pair) { return std::pair(pair.first, pair.second); };
  const auto found = std::ranges::lower_bound(pairs, std::pair(first, second), {}, key);
  return found != pairs.end() && key(*found) == std::pair(first, second) ? found->whole : 0;
}

}  // namespace vecstore::unicode
