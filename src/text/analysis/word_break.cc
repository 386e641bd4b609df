#include "text/analysis/word_break.h"

#include "base/utf8.h"
#include "text/analysis/unicode.h"

namespace vecstore::text {
namespace {

using Unit = WordBreaker::Unit;

bool extends(WordClass c) {
  return c == WordClass::kExtend || c == WordClass::kFormat || c == WordClass::kJoiner;
}

// The character at `at` with what extends it (rule WB4). An emoji goes on after a joiner (WB3c).
Unit unit_at(std::string_view text, std::size_t at) {
  const CodePoint first = decode_utf8(text.substr(at));
  Unit unit = {word_class(first.value), at + first.size};
  while (unit.end < text.size()) {
    const auto byte = static_cast<unsigned char>(text[unit.end]);
    if (byte < 0x80) break;
    const CodePoint c = decode_utf8(text.substr(unit.end));
    const WordClass kind = word_class(c.value);
    const bool joined = kind == WordClass::kEmoji && unit.kind == WordClass::kEmoji &&
                        text.substr(0, unit.end).ends_with("\u200d");
    if (!extends(kind) && !joined) break;
    unit.end += c.size;
  }
  return unit;
}

bool is_word(WordClass c) {
  return c == WordClass::kLetter || c == WordClass::kNumeric || c == WordClass::kKatakana ||
         c == WordClass::kComplex;
}

// Whether a word of `before` characters goes on with `kind` (WB5 to WB13b, less those that look
// ahead). Scripts without spaces stay apart from the others.
bool goes_on(WordClass before, WordClass kind) {
  if (before == WordClass::kExtendNumLet || kind == WordClass::kExtendNumLet) {
    return kind != WordClass::kComplex && before != WordClass::kComplex;
  }
  const auto alphanumeric = [](WordClass c) {
    return c == WordClass::kLetter || c == WordClass::kNumeric;
  };
  return before == kind || (alphanumeric(before) && alphanumeric(kind));
}

// Whether `middle` may stand between two characters of class `side` (WB6, WB7, WB11, WB12).
bool joins(WordClass side, WordClass middle) {
  if (middle == WordClass::kMidNumLet) return true;
  return middle == (side == WordClass::kLetter ? WordClass::kMidLetter : WordClass::kMidNum);
}

// ASCII letters and digits, most of most texts, need no tables.
std::size_t skip_plain(std::string_view text, std::size_t at) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  while (at < text.size() && plain(text[at])) ++at;
  return at;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

bool WordBreaker::goes_on_after(Unit& last) {
  if (at_ >= text_.size()) return false;
  const Unit following = unit_at(text_, at_);
  const bool word_like = is_word(following.kind) || following.kind == WordClass::kExtendNumLet;
  if (word_like && goes_on(last.kind, following.kind)) {
    last = following;
    return true;
  }
  const bool side = last.kind == WordClass::kLetter || last.kind == WordClass::kNumeric;
  if (!side || !joins(last.kind, following.kind) || following.end >= text_.size()) return false;
  const Unit beyond = unit_at(text_, following.end);
  if (beyond.kind != last.kind) return false;
  last = beyond;
  return true;
}

bool WordBreaker::next(Span& word) {
  while (at_ < text_.size()) {
    Unit last = unit_at(text_, at_);
    word.begin = at_;
    at_ = last.end;
    bool has_word = is_word(last.kind);
    const bool alone = last.kind == WordClass::kIdeograph || last.kind == WordClass::kEmoji;
    if (!alone && !has_word && last.kind != WordClass::kExtendNumLet) continue;
    while (!alone && goes_on_after(last)) {
      at_ = last.end;
      has_word |= is_word(last.kind);
      if (last.kind != WordClass::kLetter && last.kind != WordClass::kNumeric) continue;
      const std::size_t plain_end = skip_plain(text_, at_);
      // The last of them may have marks upon it, and decides what may follow.
      if (plain_end <= at_ + 1) continue;
      at_ = plain_end - 1;
      last = {is_digit(text_[at_]) ? WordClass::kNumeric : WordClass::kLetter, at_};
      at_ = last.end = unit_at(text_, at_).end;
    }
    word.end = at_;
    if (has_word || alone) return true;
  }
  return false;
}

}  // namespace vecstore::text
