// Accents that are written as glyphs of their own over or under a letter.
#pragma once

#include <string>
#include <string_view>

namespace vecstore {

// The combining character for a text that is one accent alone, spacing or combining; else 0. Not
// for those that are also punctuation: "^", "~", "`" of ASCII.
char32_t combining_mark(std::string_view text);

// The letter with that mark, composed where Unicode has it so: "e" and U+0301 are "é". A dotless
// "ı" takes its accent as an "i" does. What is no single letter gets the mark behind it.
std::string accented(std::string_view letter, char32_t mark);

}  // namespace vecstore
