// The words of a text as they are compared without knowing its language.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace vecstore {

// Runs of ASCII letters, digits and all that is not ASCII; ASCII letters in lower case, in order.
// Dots within a number belong to it, commas there are left out: "1,000" is "1000".
std::vector<std::string> plain_words(std::string_view text);

// What a word of plain_words() is compared by: numbers are themselves, of other words the first six
// bytes count, so that "oiled" is "oiling" and "oils" is not. Empty for words of fewer than four
// bytes, which any text has.
std::string word_key(const std::string& word);

std::set<std::string> word_keys(std::string_view text);

}  // namespace vecstore
