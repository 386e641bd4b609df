#include "text/analysis/porter_stemmer.h"

#include <cstddef>
#include <span>
#include <string_view>

namespace vecstore::text {
namespace {

bool is_consonant(std::string_view word, std::size_t i) {
  // Of a run of y the first after a consonant is a vowel, the next a consonant, and so on.
  std::size_t first = i;
  while (word[first] == 'y' && first > 0) --first;
  constexpr std::string_view kVowels = "aeiou";
  bool consonant = kVowels.find(word[first]) == std::string_view::npos;
  for (++first; first <= i; ++first) consonant = !consonant;
  return consonant;
}

// The number of times that vowels are followed by consonants: m in the paper.
int measure(std::string_view stem) {
  int m = 0;
  bool vowel_before = false;
  for (std::size_t i = 0; i < stem.size(); ++i) {
    const bool vowel = !is_consonant(stem, i);
    if (vowel_before && !vowel) ++m;
    vowel_before = vowel;
  }
  return m;
}

bool has_vowel(std::string_view stem) {
  for (std::size_t i = 0; i < stem.size(); ++i) {
    if (!is_consonant(stem, i)) return true;
  }
  return false;
}

bool ends_in_double_consonant(std::string_view word) {
  const std::size_t n = word.size();
  return n >= 2 && word[n - 1] == word[n - 2] && is_consonant(word, n - 1);
}

// Consonant, vowel, consonant other than w, x and y: "hop".
bool ends_in_short_syllable(std::string_view word) {
  const std::size_t n = word.size();
  if (n < 3 || !is_consonant(word, n - 1) || is_consonant(word, n - 2) ||
      !is_consonant(word, n - 3)) {
    return false;
  }
  return word[n - 1] != 'w' && word[n - 1] != 'x' && word[n - 1] != 'y';
}

std::string_view without(std::string_view word, std::string_view suffix) {
  return word.substr(0, word.size() - suffix.size());
}

void plurals(std::string& word) {
  if (word.back() != 's') return;
  if (word.ends_with("sses") || word.ends_with("ies")) {
    word.resize(word.size() - 2);
  } else if (!word.ends_with("ss")) {
    word.pop_back();
  }
}

void past_and_gerund(std::string& word) {
  if (word.ends_with("eed")) {
    if (measure(without(word, "eed")) > 0) word.pop_back();
    return;
  }
  const std::string_view suffix = word.ends_with("ed") ? "ed" : word.ends_with("ing") ? "ing" : "";
  if (suffix.empty() || !has_vowel(without(word, suffix))) return;
  word.resize(word.size() - suffix.size());
  if (word.ends_with("at") || word.ends_with("bl") || word.ends_with("iz")) {
    word.push_back('e');
  } else if (ends_in_double_consonant(word)) {
    if (word.back() != 'l' && word.back() != 's' && word.back() != 'z') word.pop_back();
  } else if (measure(word) == 1 && ends_in_short_syllable(word)) {
    word.push_back('e');
  }
}

struct Rule {
  std::string_view suffix;
  std::string_view replacement;
};

// Of the rules only the first whose suffix fits counts, whether or not its stem is long enough.
void apply_first(std::string& word, std::span<const Rule> rules) {
  for (const Rule& rule : rules) {
    if (!word.ends_with(rule.suffix)) continue;
    if (measure(without(word, rule.suffix)) > 0) {
      word.replace(word.size() - rule.suffix.size(), rule.suffix.size(), rule.replacement);
    }
    return;
  }
}

constexpr Rule kDoubleSuffixes[] = {
    {"ational", "ate"}, {"tional", "tion"}, {"enci", "ence"}, {"anci", "ance"}, {"izer", "ize"},
    {"bli", "ble"},     {"alli", "al"},     {"entli", "ent"}, {"eli", "e"},     {"ousli", "ous"},
    {"ization", "ize"}, {"ation", "ate"},   {"ator", "ate"},  {"alism", "al"},  {"iveness", "ive"},
    {"fulness", "ful"}, {"ousness", "ous"}, {"aliti", "al"},  {"iviti", "ive"}, {"biliti", "ble"},
    {"logi", "log"}};

constexpr Rule kSimpleSuffixes[] = {{"icate", "ic"}, {"ative", ""},  {"alize", "al"},
                                    {"iciti", "ic"}, {"ical", "ic"}, {"ful", ""},
                                    {"ness", ""}};

constexpr std::string_view kEndings[] = {"al",  "ance",  "ence", "er",  "ic",  "able", "ible",
                                         "ant", "ement", "ment", "ent", "ion", "ou",   "ism",
                                         "ate", "iti",   "ous",  "ive", "ize"};

void last_suffix(std::string& word) {
  for (const std::string_view ending : kEndings) {
    if (!word.ends_with(ending)) continue;
    const std::string_view stem = without(word, ending);
    const bool fits = ending != "ion" || stem.ends_with('s') || stem.ends_with('t');
    if (!fits) continue;
    if (measure(stem) > 1) word.resize(stem.size());
    return;
  }
}

void tidy(std::string& word) {
  if (word.back() == 'e') {
    const std::string_view stem = without(word, "e");
    const int m = measure(stem);
    if (m > 1 || (m == 1 && !ends_in_short_syllable(stem))) word.pop_back();
  }
  if (word.back() == 'l' && ends_in_double_consonant(word) && measure(word) > 1) word.pop_back();
}

}  // namespace

void stem_porter(std::string& word) {
  if (word.size() <= 2) return;
  plurals(word);
  past_and_gerund(word);
  if (word.back() == 'y' && has_vowel(without(word, "y"))) word.back() = 'i';
  apply_first(word, kDoubleSuffixes);
  apply_first(word, kSimpleSuffixes);
  last_suffix(word);
  tidy(word);
}

}  // namespace vecstore::text
