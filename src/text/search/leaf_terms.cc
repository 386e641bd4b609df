#include "text/search/leaf_terms.h"

#include <algorithm>

namespace vecstore::text {

std::string fuzzy_term(const Analyzer& analyzer, std::string_view word) {
  Tokens tokens;
  analyzer.analyze(word, tokens);
  if (tokens.size() == 0) return {};
  return tokens.size() == 1 ? std::string(tokens.term(0)) : analyzer.normalize(word);
}

std::vector<PhrasePlace> phrase_places(const Analyzer& analyzer, std::string_view text) {
  Tokens tokens;
  analyzer.analyze(text, tokens);
  std::vector<PhrasePlace> places;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const std::uint32_t offset = tokens[i].position - tokens[0].position;
    if (places.empty() || places.back().offset != offset) places.push_back({offset, 0, {}});
    places.back().terms.emplace_back(tokens.term(i));
  }
  for (std::size_t i = 0; i < places.size(); ++i) {
    std::vector<std::string>& terms = places[i].terms;
    sort_unique(terms);
    const auto same = std::ranges::find(places, terms, &PhrasePlace::terms);
    places[i].word = static_cast<std::uint32_t>(same - places.begin());
  }
  return places;
}

}  // namespace vecstore::text
