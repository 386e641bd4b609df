#include "query/filter/filter_lexer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/number.h"
#include "base/utf8.h"
#include "query/filter/filter_tree.h"

namespace vecstore::query {
namespace {

constexpr std::string_view kWords[] = {"AND",  "OR",     "NOT",      "IN",         "BETWEEN",
                                       "IS",   "NULL",   "CONTAINS", "STARTSWITH", "ENDSWITH",
                                       "LIKE", "EXISTS", "TRUE",     "FALSE"};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0;
}

bool is_name(char c) { return is_name_start(c) || is_digit(c); }

// The character that backslash and `c` stand for.
std::optional<char> plain_escape(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case '\\':
    case '/':
    case '\'':
    case '"':
    case '`':
      return c;
    default:
      return {};
  }
}

}  // namespace

bool same_word(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

bool is_filter_word(std::string_view name) {
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [&](std::string_view word) { return same_word(word, name); });
}

bool is_plain_key(std::string_view key) {
  return !key.empty() && is_name_start(key[0]) && std::all_of(key.begin(), key.end(), is_name) &&
         !is_filter_word(key);
}

void append_quoted(std::string& out, std::string_view text, char quote) {
  constexpr char kHex[] = "0123456789abcdef";
  out += quote;
  for (const char c : text) {
    if (c == quote || c == '\\') out += c;
    if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += "\\u00";
      out += kHex[c >> 4];
      out += kHex[c & 15];
    } else {
      out += c;
    }
  }
  out += quote;
}

void append_raw(std::string& out, std::string_view text) {
  out += '\'';
  for (const char c : text) out.append(c == '\'' ? 2 : 1, c);
  out += '\'';
}

char FilterLexer::at(std::size_t position) const {
  return position < text_.size() ? text_[position] : '\0';
}

Token FilterLexer::take(TokenKind kind, std::size_t bytes) {
  Token token{kind, position_, text_.substr(position_, bytes), {}, {}};
  position_ += bytes;
  return token;
}

Token FilterLexer::error(std::size_t offset, std::string message) {
  position_ = text_.size();
  return {TokenKind::kError, offset, {}, std::move(message), {}};
}

Token FilterLexer::next(bool raw) {
  while (position_ < text_.size() && is_space(text_[position_])) ++position_;
  if (position_ == text_.size()) return take(TokenKind::kEnd, 0);
  const char c = text_[position_];
  if (c == '\'' || c == '"' || c == '`') return quoted(raw);
  const bool negative = language_ == Language::kFilter && c == '-' && is_digit(at(position_ + 1));
  if (is_digit(c) || negative) return number();
  const bool parameter = c == ':' && is_name_start(at(position_ + 1));
  if (!is_name_start(c) && c != '$' && !parameter) return symbol();
  std::size_t bytes = 1;
  while (position_ + bytes < text_.size() && is_name(text_[position_ + bytes])) ++bytes;
  if (!parameter) return take(c == '$' ? TokenKind::kRecord : TokenKind::kName, bytes);
  Token token = take(TokenKind::kParameter, bytes);
  token.text = token.source.substr(1);
  return token;
}

Token FilterLexer::symbol() {
  constexpr std::string_view kSymbols[] = {"==", "!=", "<>", "<=", ">=", "=", "<", ">",
                                           "(",  ")",  "[",  "]",  ",",  ".", "+", "-"};
  for (const std::string_view known : kSymbols) {
    if (text_.substr(position_).starts_with(known)) return take(TokenKind::kSymbol, known.size());
  }
  if (language_ == Language::kFormula && std::string_view("*/^").find(at(position_)) != text_.npos)
    return take(TokenKind::kSymbol, 1);
  const std::size_t bytes = decode_utf8(text_.substr(position_)).size;
  std::string message = "unexpected character ";
  append_quoted(message, text_.substr(position_, bytes), '\'');
  if (text_.substr(position_).starts_with("&&")) message += ", write AND";
  if (text_.substr(position_).starts_with("||")) message += ", write OR";
  if (text_[position_] == '!') message += ", write NOT";
  return error(position_, std::move(message));
}

// Takes what could belong to a number, so that 2020x and 1.2.3 are refused whole.
Token FilterLexer::number() {
  std::size_t end = position_ + 1;
  const auto is_exponent = [](char c) { return c == 'e' || c == 'E'; };
  while (is_name(at(end)) || at(end) == '.' ||
         ((at(end) == '-' || at(end) == '+') && is_exponent(at(end - 1)))) {
    ++end;
  }
  const std::string_view source = text_.substr(position_, end - position_);
  Value value;
  if (const std::optional<std::int64_t> integer = parse_int64(source)) {
    value = *integer;
  } else if (source.find_first_not_of("-0123456789") == std::string_view::npos) {
    return error(position_, shorten(source) + " is beyond 64-bit integers");
  } else if (const std::optional<double> real = parse_double(source)) {
    value = *real;
  } else {
    return error(position_, "'" + shorten(source) + "' is not a 64-bit number");
  }
  Token token = take(TokenKind::kNumber, source.size());
  token.number = std::move(value);
  return token;
}

Token FilterLexer::quoted(bool raw) {
  const char quote = text_[position_];
  std::string content;
  std::size_t i = position_ + 1;
  while (i < text_.size()) {
    const char c = text_[i];
    if (c == quote && at(i + 1) != quote) {
      Token token = take(quote == '`' ? TokenKind::kQuoted : TokenKind::kString, i + 1 - position_);
      token.text = std::move(content);
      return token;
    }
    if (c != '\\' || raw) {
      content += c;
      i += c == quote ? 2 : 1;
    } else if (i + 1 == text_.size()) {
      break;
    } else if (!escape(i, content)) {
      const std::size_t bytes = 1 + decode_utf8(text_.substr(i + 1)).size;
      return error(i, "unknown escape '" + std::string(text_.substr(i, bytes)) + "'");
    }
  }
  return error(position_, std::string("the closing ") + quote + " is missing");
}

bool FilterLexer::escape(std::size_t& position, std::string& out) const {
  const char c = at(position + 1);
  if (c == 'u') return unicode_escape(position, out);
  if (c == '%' || c == '_') {
    out += '\\';  // LIKE's own escapes pass through
    out += c;
  } else if (const std::optional<char> plain = plain_escape(c)) {
    out += *plain;
  } else {
    return false;
  }
  position += 2;
  return true;
}

long FilterLexer::hex4(std::size_t position) const {
  long value = 0;
  for (std::size_t i = position; i < position + 4; ++i) {
    const char c = at(i);
    const int digit = is_digit(c)            ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

bool FilterLexer::unicode_escape(std::size_t& position, std::string& out) const {
  long value = hex4(position + 2);
  std::size_t bytes = 6;
  if (value >= 0xD800 && value < 0xDC00 && at(position + 6) == '\\' && at(position + 7) == 'u') {
    const long low = hex4(position + 8);
    if (low < 0xDC00 || low > 0xDFFF) return false;
    value = 0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00);
    bytes = 12;
  }
  if (value < 0 || (value >= 0xD800 && value <= 0xDFFF)) return false;
  append_utf8(out, static_cast<char32_t>(value));
  position += bytes;
  return true;
}

}  // namespace vecstore::query
