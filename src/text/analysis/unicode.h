// What Unicode says of characters, as far as words and their comparison need it: version 14, the
// same in every build, for ever.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vecstore::text {

// What a character does in the segmentation of words (UAX #29, with the classes that words of ours
// tell apart).
enum class WordClass : unsigned char {
  kOther,
  kLetter,
  kNumeric,
  kKatakana,
  kIdeograph,  // also Hiragana: a word of its own
  kComplex,    // Thai and its like: no spaces between words
  kExtend,
  kFormat,
  kExtendNumLet,  // '_' and its like
  kMidLetter,
  kMidNum,
  kMidNumLet,
  kSpace,
  kEmoji,
  kJoiner,
};

WordClass word_class(char32_t value);

// 0 for everything but marks that stand above, below, … the character before.
std::uint8_t combining_class(char32_t value);

// Appends `text` as it is compared: NFKC with full case folding, characters without appearance
// removed. Invalid bytes become U+FFFD. ASCII costs a byte copy each.
void append_folded(std::string_view text, std::string& out);

// Removes from folded text the diacritics of the Latin, Greek and Cyrillic scripts, and writes
// letters such as ø and æ with plain ones.
std::string without_accents(std::string_view folded);

// Identifies the tables: two builds with the same number fold and divide alike.
std::uint32_t unicode_tables();

}  // namespace vecstore::text
