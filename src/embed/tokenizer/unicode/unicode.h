// What the reference implementation of tokenizer.json knows of each character.
//
// It is built from libraries of four Unicode versions (normalisation 9, categories 8, regular
// expressions 16, the rest 17), so these tables are taken from it, not from one version of the
// standard: see make_unicode_tables.py. Text here is valid UTF-8; invalid bytes are read as U+FFFD,
// one each.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/utf8.h"
#include "embed/tokenizer/unicode/unicode_tables.h"

namespace vecstore::unicode {

// Bits of traits().
enum Trait : std::uint32_t {
  kOther = 1 << 0,       // controls, formats, private use: what BertNormalizer's clean_text removes
  kNonspacing = 1 << 1,  // marks for BertNormalizer's strip_accents
  kMark = 1 << 2,        // marks for StripAccents
  kBlank = 1 << 3,       // white space, to Rust and to regular expressions
  kPunctuation = 1 << 4,  // with all of ASCII's symbols
  kNumeric = 1 << 5,      // for Digits
  kWord = 1 << 6,         // \w to Whitespace and to added tokens
  kRegexWord = 1 << 7,    // \w in patterns
  kCanonical = 1 << 8,    // has a canonical decomposition; Hangul syllables do not count
  kCompatible = 1 << 9,
  kHasLower = 1 << 10,
  kConjunctExtend = 1 << 11,  // UAX #44, InCB
  kConjunctLinker = 1 << 12,
  kSecond = 1 << 13,  // may be composed with the character before
};

// \p{..} in patterns.
enum class Category : unsigned char { kNone, kLu, kLl, kLt, kLm, kLo, kN, kM, kP, kS };

// Grapheme_Cluster_Break, with what GB9c and GB11 need.
enum class Grapheme : unsigned char {
  kAny,
  kCr,
  kLf,
  kControl,
  kExtend,
  kZwj,
  kRegional,
  kPrepend,
  kSpacing,
  kL,
  kV,
  kT,
  kLv,
  kLvt,
  kPictographic,
  kConsonant,
};

// `value` must be below 0x110000.
inline std::uint32_t traits(char32_t value) {
  return kTraits[std::uint32_t{kTraitIndex[value / 64]} * 64 + value % 64];
}

inline Category category(std::uint32_t traits) { return static_cast<Category>(traits >> 16 & 15); }
inline Grapheme grapheme(std::uint32_t traits) { return static_cast<Grapheme>(traits >> 20 & 15); }
inline std::uint32_t combining_class(std::uint32_t traits) { return traits >> 24; }

// What a character becomes. Only for those whose traits say that they have one.
std::span<const char32_t> canonical(char32_t value);
std::span<const char32_t> compatible(char32_t value);
std::span<const char32_t> lower(char32_t value);

// What two characters compose to, or 0. Hangul included.
char32_t compose(char32_t first, char32_t second);

struct Character {
  char32_t value;
  std::uint32_t size;  // in bytes
};

// The character at `at`, which must be inside `text`.
inline Character character_at(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 0x80) return {byte, 1};
  const CodePoint decoded = decode_utf8(text.substr(at));
  return {decoded.value, static_cast<std::uint32_t>(decoded.size)};
}

}  // namespace vecstore::unicode
