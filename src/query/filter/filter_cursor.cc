#include "query/filter/filter_cursor.h"

#include <utility>

#include "base/utf8.h"
#include "query/filter/filter_tree.h"

namespace vecstore::query {
namespace {

// A token in a message: quoted, unless it brings its quotes.
std::string named(std::string_view source) {
  const bool has_quotes = source.find_first_of("'\"`") == 0;
  return has_quotes ? shorten(source) : "'" + shorten(source) + "'";
}

}  // namespace

FilterCursor::FilterCursor(std::string_view text, std::string place, Language language)
    : text_(text), place_(std::move(place)), lexer_(text, language) {}

Status FilterCursor::start() {
  const std::size_t invalid = invalid_utf8_at(text_);
  if (invalid != std::string_view::npos) return error_at(invalid, "invalid UTF-8");
  advance();
  return {};
}

bool FilterCursor::at_word(std::string_view word) const {
  return token_.kind == TokenKind::kName && same_word(token_.source, word);
}

bool FilterCursor::at_symbol(std::string_view symbol) const {
  return token_.kind == TokenKind::kSymbol && token_.source == symbol;
}

void FilterCursor::advance() {
  before_ = token_.source;
  token_ = lexer_.next();
}

void FilterCursor::advance_raw() {
  before_ = token_.source;
  token_ = lexer_.next(true);
}

bool FilterCursor::at_function() const {
  if (!at(TokenKind::kName)) return false;
  FilterLexer ahead = lexer_;
  const Token next = ahead.next();
  return next.kind == TokenKind::kSymbol && next.source == "(";
}

bool FilterCursor::accept_word(std::string_view word) {
  if (!at_word(word)) return false;
  advance();
  return true;
}

bool FilterCursor::accept_symbol(std::string_view symbol) {
  if (!at_symbol(symbol)) return false;
  advance();
  return true;
}

Status FilterCursor::expect_symbol(std::string_view symbol) {
  if (accept_symbol(symbol)) return {};
  return expected("'" + std::string(symbol) + "'");
}

Status FilterCursor::expected(std::string_view what, std::string_view hint) const {
  if (token_.kind == TokenKind::kError) return error_at(token_.offset, token_.text);
  std::string message = "expected " + std::string(what);
  if (!before_.empty()) message += " after " + named(before_);
  message += ", found " + (at(TokenKind::kEnd) ? "the end" : named(token_.source));
  return error_at(token_.offset, message + std::string(hint));
}

Status FilterCursor::error_at(std::size_t offset, std::string_view message) const {
  std::size_t column = 1;
  for (std::string_view rest = text_.substr(0, offset); !rest.empty(); ++column) {
    rest.remove_prefix(decode_utf8(rest).size);
  }
  return invalid_argument(place_ + " column " + std::to_string(column) + ": " +
                          std::string(message));
}

Status FilterCursor::located(std::size_t offset, const Status& status) const {
  return status.ok() ? status : error_at(offset, status.message());
}

}  // namespace vecstore::query
