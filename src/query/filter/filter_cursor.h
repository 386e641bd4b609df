// Where a parser stands in filter text: the token at hand, steps over what was expected, and errors
// that name the column.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "query/filter/filter_lexer.h"
#include "vecstore/status.h"

namespace vecstore::query {

class FilterCursor {
 public:
  // `place` begins every error: "filter", "field 'a.b'".
  FilterCursor(std::string_view text, std::string place, Language language = Language::kFilter);

  // Reads the first token; refuses text that is not UTF-8.
  Status start();

  Token& token() { return token_; }
  std::string_view word() const { return token_.source; }
  std::size_t offset() const { return token_.offset; }
  bool at(TokenKind kind) const { return token_.kind == kind; }
  bool at_word(std::string_view word) const;
  bool at_symbol(std::string_view symbol) const;

  void advance();
  // To a string that is read without escapes.
  void advance_raw();
  // True when the token after this one is an opening parenthesis: this one names a function.
  bool at_function() const;
  bool accept_word(std::string_view word);
  bool accept_symbol(std::string_view symbol);
  Status expect_symbol(std::string_view symbol);

  // "expected <what> after '>=', found ')'<hint>"; what the lexer could not read is its own error.
  Status expected(std::string_view what, std::string_view hint = {}) const;
  Status error_at(std::size_t offset, std::string_view message) const;
  // The status, its message moved to `offset`.
  Status located(std::size_t offset, const Status& status) const;

 private:
  std::string_view text_;
  std::string place_;
  FilterLexer lexer_;
  Token token_;
  std::string_view before_;  // the source of the token before token_
};

}  // namespace vecstore::query
