#include "rag/cache/same_question.h"

#include <algorithm>
#include <array>
#include <map>

#include "rag/answer/word_keys.h"

namespace vecstore {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A hyphen between words or digits is none: "2023-05", "type-5".
bool has_minus(std::string_view before) {
  constexpr std::string_view kMinus = "\xE2\x88\x92";  // U+2212
  if (before.ends_with(kMinus)) return true;
  if (!before.ends_with('-')) return false;
  before.remove_suffix(1);
  return before.empty() || std::string_view(" \t\r\n(=").find(before.back()) != before.npos;
}

// Of the languages that are asked in most; "t" is what plain_words() leaves of "isn't".
bool negates(std::string_view word) {
  static constexpr std::array<std::string_view, 37> kWords = {
      "cannot",  "except", "jamais",     "kein",   "keine",   "keinem", "keinen", "keiner",
      "keines",  "mai",    "n\xC3\xA3o", "ne",     "neither", "never",  "nicht",  "nie",
      "niemals", "niet",   "no",         "nobody", "non",     "none",   "nor",    "not",
      "nothing", "nunca",  "ohne",       "pas",    "sans",    "sem",    "senza",  "sin",
      "t",       "unless", "without",    "zonder", "geen"};
  return std::ranges::find(kWords, word) != kWords.end() || word.ends_with("\xE2\x80\x99t");
}

std::vector<std::string> negations_of(const std::vector<std::string>& words) {
  std::vector<std::string> found;
  std::ranges::copy_if(words, std::back_inserter(found), negates);
  std::ranges::sort(found);
  return found;
}

// Those of `words` that `others` have too, each as often as it stands in both.
std::vector<std::string> shared(const std::vector<std::string>& words,
                                const std::vector<std::string>& others) {
  std::map<std::string, std::size_t> left;
  for (const std::string& word : others) ++left[word];
  std::vector<std::string> found;
  for (const std::string& word : words) {
    const auto at = left.find(word);
    if (at == left.end() || at->second == 0) continue;
    --at->second;
    found.push_back(word);
  }
  return found;
}

}  // namespace

std::vector<std::string> numbers_in(std::string_view text) {
  std::vector<std::string> numbers;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!is_digit(text[at])) continue;
    const std::size_t begin = at;
    const auto between = [&](std::size_t i) {
      return (text[i] == '.' || text[i] == ',') && i + 1 < text.size() && is_digit(text[i + 1]);
    };
    while (at < text.size() && (is_digit(text[at]) || between(at))) ++at;
    const std::string sign = has_minus(text.substr(0, begin)) ? "-" : "";
    numbers.push_back(sign + std::string(text.substr(begin, at - begin)));
  }
  std::ranges::sort(numbers);
  return numbers;
}

bool may_have_one_answer(std::string_view a, std::string_view b) {
  if (numbers_in(a) != numbers_in(b)) return false;
  const std::vector<std::string> words_a = plain_words(a), words_b = plain_words(b);
  return negations_of(words_a) == negations_of(words_b) &&
         shared(words_a, words_b) == shared(words_b, words_a);
}

}  // namespace vecstore
