#include "rag/splitters/sentences.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/utf8.h"

namespace vecstore {
namespace {

using namespace std::string_view_literals;

// Lower case, without the last stop.
constexpr std::array kAbbreviations = {
    "e.g"sv,  "i.e"sv, "etc"sv,  "vs"sv,   "cf"sv,   "al"sv,   "ca"sv,  "approx"sv, "dr"sv,
    "mr"sv,   "mrs"sv, "ms"sv,   "prof"sv, "sr"sv,   "jr"sv,   "st"sv,  "fig"sv,    "figs"sv,
    "no"sv,   "nos"sv, "vol"sv,  "pp"sv,   "ed"sv,   "eds"sv,  "eq"sv,  "sec"sv,    "ch"sv,
    "inc"sv,  "ltd"sv, "corp"sv, "co"sv,   "dept"sv, "est"sv,  "jan"sv, "feb"sv,    "mar"sv,
    "apr"sv,  "jun"sv, "jul"sv,  "aug"sv,  "sep"sv,  "sept"sv, "oct"sv, "nov"sv,    "dec"sv,
    "u.s"sv,  "u.k"sv, "a.m"sv,  "p.m"sv,  "ph.d"sv, "gen"sv,  "col"sv, "rev"sv,    "incl"sv,
    "resp"sv, "max"sv, "min"sv,  "ref"sv,  "refs"sv};

bool is_any_of(char32_t c, std::u32string_view set) { return set.find(c) != set.npos; }

bool is_lower(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 0xDF && c <= 0xFF && c != 0xF7) ||
         (c >= 0x100 && c < 0x180 && c % 2 == 1) || (c >= 0x3AC && c <= 0x3CE) ||
         (c >= 0x430 && c <= 0x45F);
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// The word of letters and inner stops that ends at `end` (the stop itself excluded), in lower case.
std::string word_before(std::string_view text, std::size_t begin, std::size_t end) {
  std::size_t from = end;
  while (from > begin && end - from < 8 && (is_letter(text[from - 1]) || text[from - 1] == '.')) {
    --from;
  }
  std::string word(text.substr(from, end - from));
  std::ranges::transform(word, word.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return word;
}

class SentenceFinder {
 public:
  SentenceFinder(std::string_view text, TextSpan span)
      : text_(text), span_(span), at_(span.begin) {}

  std::vector<TextSpan> run() {
    std::size_t begin = at_;
    while (at_ < span_.end) {
      std::size_t here = at_;
      CodePoint c = take();
      if (ends_here(c.value, here)) {
        add({begin, at_});
        begin = at_;
      }
    }
    add({begin, span_.end});
    return std::move(sentences_);
  }

 private:
  CodePoint peek() const { return decode_utf8(text_.substr(at_, span_.end - at_)); }

  CodePoint take() {
    CodePoint c = peek();
    at_ += c.size;
    return c;
  }

  // Whether a sentence ends with the character at `here`; moves over the closing marks that belong
  // to it.
  bool ends_here(char32_t c, std::size_t here) {
    if (c == '\n') return at_empty_line();
    if (is_any_of(c, U"\u3002\uff01\uff1f")) return skip_closers(), true;
    if (!is_any_of(c, U".!?\u2026")) return false;
    std::size_t after = at_;
    skip_closers();
    bool end = at_ == span_.end || (is_space(peek().value) && (c != '.' || stop_ends(here)));
    if (!end) at_ = after;
    return end;
  }

  void skip_closers() {
    while (at_ < span_.end && is_any_of(peek().value, U".!?\u2026\"')]}\u201d\u2019\u00bb\u300d"))
      take();
  }

  // After a line end: only spaces up to the next one.
  bool at_empty_line() const {
    std::size_t next = text_.substr(0, span_.end).find_first_not_of(" \t\r", at_);
    return next != text_.npos && text_[next] == '\n';
  }

  bool stop_ends(std::size_t stop) const {
    std::string word = word_before(text_, span_.begin, stop);
    bool initial = word.size() == 1 && word != "i";
    if (initial || std::ranges::count(kAbbreviations, std::string_view(word)) != 0) return false;
    std::size_t next = at_;
    while (next < span_.end) {
      CodePoint c = decode_utf8(text_.substr(next, span_.end - next));
      if (!is_space(c.value)) return !is_lower(c.value);
      next += c.size;
    }
    return true;
  }

  void add(TextSpan sentence) {
    sentence = strip(text_, sentence);
    if (!sentence.empty()) sentences_.push_back(sentence);
  }

  std::string_view text_;
  TextSpan span_;
  std::size_t at_;
  std::vector<TextSpan> sentences_;
};

}  // namespace

std::vector<TextSpan> find_sentences(std::string_view text, TextSpan span) {
  return SentenceFinder(text, span).run();
}

}  // namespace vecstore
