#include "text/analysis/word_tokenizer.h"

#include <algorithm>
#include <optional>

#include "text/analysis/stemmer.h"
#include "text/analysis/stop_words.h"
#include "text/analysis/unicode.h"
#include "text/analysis/word_break.h"

namespace vecstore::text {
namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

}  // namespace

WordTokenizer::WordTokenizer(WordOptions options)
    : options_(std::move(options)),
      stems_(!options_.language.empty() && options_.stemming),
      turkish_(options_.language == "turkish") {}

// Folded, apostrophes of one kind.
void WordTokenizer::fold(std::string_view raw, std::string& word) const {
  word.clear();
  if (turkish_) {  // whose I is not the capital of i
    std::string lowered(raw);
    replace_all(lowered, "I", "ı");
    replace_all(lowered, "İ", "i");
    append_folded(lowered, word);
  } else {
    append_folded(raw, word);
  }
  if (word.find('\xe2') != std::string::npos) replace_all(word, "’", "'");
}

// Takes off what sticks to a word by an apostrophe: "Porter's", "l'eau", "Ankara'da".
void WordTokenizer::shorten(std::string& word) const {
  const std::size_t apostrophe = word.find('\'');
  if (apostrophe == std::string::npos) return;
  if (options_.language == "english" && word.ends_with("'s")) word.resize(word.size() - 2);
  if (turkish_) word.resize(apostrophe);
  const auto articles = elided_articles(options_.language);
  if (std::ranges::binary_search(articles, std::string_view(word).substr(0, apostrophe))) {
    word.erase(0, apostrophe + 1);
  }
}

void WordTokenizer::tokenize(std::string_view text, Tokens& out) const {
  std::optional<Stemmer> stemmer;
  if (stems_) {
    if (auto made = Stemmer::make(options_.language); made.ok()) stemmer = *std::move(made);
  }
  WordBreaker words(text);
  Span span;
  std::string word;
  for (std::uint32_t position = 0; words.next(span); ++position) {
    fold(text.substr(span.begin, span.end - span.begin), word);
    shorten(word);
    if (std::ranges::binary_search(options_.stop_words, word)) continue;
    if (stemmer) stemmer->stem(word);
    if (options_.fold_accents) word = without_accents(word);
    out.add(word, position, span.begin, span.end);
  }
}

std::string WordTokenizer::normalize(std::string_view word) const {
  std::string folded;
  fold(word, folded);
  return options_.fold_accents ? without_accents(folded) : folded;
}

// The language's own stop words are real words in many forms: what becomes of them tells one
// stemmer from another.
std::uint64_t WordTokenizer::version() const {
  std::uint64_t version = unicode_tables();
  if (!stems_) return version;
  const auto stemmer = Stemmer::make(options_.language);
  if (!stemmer.ok()) return 0;
  for (const std::string_view sample : stop_words(options_.language)) {
    std::string word(sample);
    stemmer->stem(word);
    version = hash64(as_bytes(word), version);
  }
  return version;
}

}  // namespace vecstore::text
