#include "rag/answer/word_keys.h"

#include <algorithm>

namespace vecstore {
namespace {

constexpr std::size_t kStem = 6;  // words that begin alike count as the same

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::vector<std::string> plain_words(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    if (!is_word_byte(text[at])) {
      ++at;
      continue;
    }
    std::string word;
    const auto inside_number = [&](std::size_t i) {
      return (text[i] == '.' || text[i] == ',') && is_digit(text[i - 1]) && i + 1 < text.size() &&
             is_digit(text[i + 1]);
    };
    while (at < text.size() && (is_word_byte(text[at]) || (!word.empty() && inside_number(at))))
      word += lower(text[at++]);
    std::erase(word, ',');
    words.push_back(std::move(word));
  }
  return words;
}

std::string word_key(const std::string& word) {
  if (std::ranges::any_of(word, is_digit)) return word;
  return word.size() < 4 ? "" : word.substr(0, kStem);
}

std::set<std::string> word_keys(std::string_view text) {
  std::set<std::string> keys;
  for (const std::string& word : plain_words(text)) keys.insert(word_key(word));
  keys.erase("");
  return keys;
}

}  // namespace vecstore
