// What a field's analyzer makes of the words of a query.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/analysis/analyzer.h"

namespace vecstore::text {

template <typename T>
void sort_unique(std::vector<T>& items) {
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
}

// The terms that stand in one place of a phrase.
struct PhrasePlace {
  std::uint32_t offset = 0;  // from the first place
  std::uint32_t word = 0;    // places with the same terms have the same number
  std::vector<std::string> terms = {};
};

// The term that misspellings of a word are near to; empty when it is no word or a stop word.
std::string fuzzy_term(const Analyzer& analyzer, std::string_view word);

std::vector<PhrasePlace> phrase_places(const Analyzer& analyzer, std::string_view text);

}  // namespace vecstore::text
