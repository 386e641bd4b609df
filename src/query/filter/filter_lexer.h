// The tokens of the filter language, and of formulas, read one at a time; the text must be valid
// UTF-8 and outlive the lexer.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "vecstore/value.h"

namespace vecstore::query {

enum class TokenKind {
  kEnd,
  kError,      // `text` says what is wrong at `offset`
  kName,       // year, or a word of the language
  kQuoted,     // `odd key`; `text` is the key
  kRecord,     // $, $id
  kString,     // 'x' or "x"; `text` is the string
  kNumber,     // `number`, an int64 or a double
  kParameter,  // :name; `text` is the name
  kSymbol,     // = != < <= > >= ( ) [ ] , . + - and in formulas * / ^
};

// A filter's minus before a digit belongs to the number, a formula's is always a symbol.
enum class Language { kFilter, kFormula };

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::size_t offset = 0;   // in bytes
  std::string_view source;  // as it stands in the text
  std::string text;
  Value number;
};

class FilterLexer {
 public:
  explicit FilterLexer(std::string_view text, Language language = Language::kFilter)
      : text_(text), language_(language) {}

  // The next token; kEnd for ever after the last. A string that is read `raw` has no escapes but
  // the doubled quote: the backslashes of a pattern are its own.
  Token next(bool raw = false);

 private:
  char at(std::size_t position) const;
  Token take(TokenKind kind, std::size_t bytes);
  Token error(std::size_t offset, std::string message);
  Token symbol();
  Token number();
  Token quoted(bool raw);
  // Reads the escape at `position`, appends what it stands for and steps over it; false when it is
  // none.
  bool escape(std::size_t& position, std::string& out) const;
  bool unicode_escape(std::size_t& position, std::string& out) const;
  long hex4(std::size_t position) const;

  std::string_view text_;
  Language language_;
  std::size_t position_ = 0;
};

// Words of the language, upper or lower case: as keys of a path they need back-ticks.
bool is_filter_word(std::string_view name);

// True for keys that need no back-ticks: letters, digits, '_' and anything beyond ASCII, no digit
// first, not a word of the language.
bool is_plain_key(std::string_view key);

// ASCII letters without case.
bool same_word(std::string_view a, std::string_view b);

// `text` between `quote`s, such that the lexer reads it back; raw, that it reads it back raw.
void append_quoted(std::string& out, std::string_view text, char quote);
void append_raw(std::string& out, std::string_view text);

}  // namespace vecstore::query
