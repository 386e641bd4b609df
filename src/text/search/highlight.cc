#include "text/search/highlight.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "text/search/expand.h"
#include "text/search/leaf_terms.h"
#include "text/search/phrase_frequency.h"

namespace vecstore::text {
namespace {

using Kind = TextQuery::Kind;

// What a query looks for in one field.
struct Wanted {
  struct Phrase {
    std::vector<PhrasePlace> places;
    std::uint32_t slop;
  };
  struct Misspelt {
    std::u32string word;
    std::uint32_t edits;
  };
  std::set<std::string, std::less<>> terms;
  std::vector<std::string> prefixes;
  std::vector<Misspelt> misspelt;
  std::vector<Phrase> phrases;
};

void add_phrase(const Analyzer& analyzer, std::string_view text, std::uint32_t slop,
                Wanted& wanted) {
  std::vector<PhrasePlace> places = phrase_places(analyzer, text);
  if (places.size() == 1) wanted.terms.insert(places[0].terms.begin(), places[0].terms.end());
  if (places.size() > 1) wanted.phrases.push_back({std::move(places), slop});
}

void gather(const TextQuery& query, bool optional, std::string_view field, const Analyzer& analyzer,
            Wanted& wanted) {
  if (query.kind == Kind::kGroup) {
    for (const TextQuery& clause : query.clauses) {
      if (clause.occur != Occur::kExcluded)
        gather(clause, clause.occur == Occur::kOptional, field, analyzer, wanted);
    }
    return;
  }
  if (!query.field.empty() && query.field != field) return;
  if (query.kind == Kind::kPhrase || (query.kind == Kind::kWords && !optional)) {
    add_phrase(analyzer, query.text, query.kind == Kind::kPhrase ? query.slop : 0, wanted);
  } else if (query.kind == Kind::kWords) {
    Tokens tokens;
    analyzer.analyze(query.text, tokens);
    for (std::size_t i = 0; i < tokens.size(); ++i) wanted.terms.emplace(tokens.term(i));
  } else if (query.kind == Kind::kPrefix) {
    const std::string prefix = analyzer.normalize(query.text);
    if (!prefix.empty()) wanted.prefixes.push_back(prefix);
  } else if (const std::string word = fuzzy_term(analyzer, query.text); !word.empty()) {
    wanted.misspelt.push_back({{}, std::min(query.edits, kMaxEdits)});
    decode_characters(word, wanted.misspelt.back().word);
  }
}

bool is_wanted(const Wanted& wanted, std::string_view term) {
  if (wanted.terms.contains(term)) return true;
  for (const std::string& prefix : wanted.prefixes)
    if (term.starts_with(prefix)) return true;
  if (wanted.misspelt.empty()) return false;
  std::u32string characters;
  decode_characters(term, characters);
  return std::ranges::any_of(wanted.misspelt, [&](const Wanted::Misspelt& misspelt) {
    return edit_distance(misspelt.word, characters, misspelt.edits) <= misspelt.edits;
  });
}

struct TermInText {
  std::vector<std::size_t> tokens;
  std::vector<std::uint32_t> positions;  // of each
};
using TermsInText = std::map<std::string_view, TermInText>;

// Marks the tokens that are part of the phrase.
void mark_phrase(const Wanted::Phrase& phrase, const TermsInText& terms,
                 std::vector<bool>& marked) {
  std::vector<PhraseWord> words;
  for (const PhrasePlace& place : phrase.places) {
    PhraseWord word = {place.offset, place.word, {}};
    for (const std::string& term : place.terms) {
      const auto found = terms.find(term);
      if (found == terms.end()) continue;
      const auto& positions = found->second.positions;
      word.positions.insert(word.positions.end(), positions.begin(), positions.end());
    }
    sort_unique(word.positions);
    words.push_back(std::move(word));
  }
  std::vector<std::uint32_t> used;
  phrase_frequency(words, phrase.slop, &used);
  std::ranges::sort(used);
  for (const PhrasePlace& place : phrase.places) {
    for (const std::string& term : place.terms) {
      const auto found = terms.find(term);
      if (found == terms.end()) continue;
      for (std::size_t i = 0; i < found->second.tokens.size(); ++i) {
        if (std::ranges::binary_search(used, found->second.positions[i]))
          marked[found->second.tokens[i]] = true;
      }
    }
  }
}

// Tokens of n-grams and of parts of identifiers overlap: one span for what touches inside.
std::vector<TextSpan> join(std::vector<TextSpan> spans) {
  std::ranges::sort(spans, [](const TextSpan& a, const TextSpan& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  });
  std::vector<TextSpan> joined;
  for (const TextSpan& span : spans) {
    if (!joined.empty() && span.begin < joined.back().end) {
      joined.back().end = std::max(joined.back().end, span.end);
    } else {
      joined.push_back(span);
    }
  }
  return joined;
}

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool inside_character(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
}

// From `at` to the nearest place between words in the direction, not beyond `limit`; where there is
// none, to one between characters.
std::uint32_t to_gap(std::string_view text, std::uint32_t at, std::uint32_t limit, int direction) {
  const auto gap = [&](std::uint32_t place) {
    if (place == 0 || place == text.size()) return true;
    return is_space(text[direction > 0 ? place - 1 : place]);
  };
  std::uint32_t place = at;
  while (place != limit && !gap(place)) place += static_cast<std::uint32_t>(direction);
  if (gap(place)) return place;
  while (at != limit && inside_character(text, at)) at += static_cast<std::uint32_t>(direction);
  return at;
}

}  // namespace

std::vector<TextSpan> highlight(const TextQuery& query, std::string_view field,
                                const Analyzer& analyzer, std::string_view text) {
  Wanted wanted;
  gather(query, true, field, analyzer, wanted);
  Tokens tokens;
  analyzer.analyze(text, tokens);
  TermsInText terms;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    TermInText& term = terms[tokens.term(i)];
    term.tokens.push_back(i);
    term.positions.push_back(tokens[i].position);
  }
  std::vector<bool> marked(tokens.size());
  for (const auto& [term, in_text] : terms) {
    if (!is_wanted(wanted, term)) continue;
    for (const std::size_t token : in_text.tokens) marked[token] = true;
  }
  for (const Wanted::Phrase& phrase : wanted.phrases) mark_phrase(phrase, terms, marked);
  std::vector<TextSpan> spans;
  std::uint32_t word = 0;
  for (const auto& [term, in_text] : terms) {
    for (const std::size_t token : in_text.tokens)
      if (marked[token]) spans.push_back({tokens[token].begin, tokens[token].end, word});
    ++word;
  }
  return join(std::move(spans));
}

TextSpan best_passage(std::string_view text, const std::vector<TextSpan>& spans,
                      std::uint32_t bytes) {
  const auto size = static_cast<std::uint32_t>(text.size());
  if (size <= bytes) return {0, size, 0};
  std::size_t best_first = 0, best_last = 0;  // spans [first, last)
  std::pair<std::size_t, std::size_t> most;
  std::map<std::uint32_t, std::size_t> words;
  for (std::size_t first = 0, last = 0; first < spans.size(); ++first) {
    for (; last < spans.size() && spans[last].end - spans[first].begin <= bytes; ++last)
      ++words[spans[last].word];
    if (const std::pair value(words.size(), last - first); value > most) {
      most = value;
      best_first = first;
      best_last = last;
    }
    if (first == last) {
      ++last;  // a span longer than the passage
    } else if (--words[spans[first].word] == 0) {
      words.erase(spans[first].word);
    }
  }
  if (best_first == best_last) return {0, to_gap(text, bytes, 0, -1), 0};
  const std::uint32_t first = spans[best_first].begin, last = spans[best_last - 1].end;
  const std::uint32_t spare = bytes - (last - first);
  const std::uint32_t begin = std::min(first - std::min(first, spare / 2), size - bytes);
  return {to_gap(text, begin, first, 1), to_gap(text, std::min(begin + bytes, size), last, -1), 0};
}

}  // namespace vecstore::text
