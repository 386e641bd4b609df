#include "rag/loaders/pdf/pdf_lexer.h"

#include <algorithm>
#include <optional>

namespace vecstore {
namespace {

constexpr std::string_view kSpace("\0\t\n\f\r ", 6);

bool is_space(char c) { return kSpace.find(c) != kSpace.npos; }

bool is_delimiter(char c) {
  return c == '(' || c == ')' || c == '<' || c == '>' || c == '[' || c == ']' || c == '{' ||
         c == '}' || c == '/' || c == '%';
}

bool is_regular(char c) { return !is_space(c) && !is_delimiter(c); }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// PDF has no exponents; real files have "--5" and "1.-2", which readers take as far as they go.
std::optional<double> parse_number(std::string_view text) {
  double value = 0, unit = 1;
  bool negative = false, fraction = false, any = false;
  std::size_t i = 0;
  for (; i < text.size() && (text[i] == '+' || text[i] == '-'); ++i) negative |= text[i] == '-';
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '.' && !fraction) {
      fraction = true;
    } else if (c >= '0' && c <= '9') {
      any = true;
      if (fraction) unit /= 10;
      value = fraction ? value + (c - '0') * unit : value * 10 + (c - '0');
    } else {
      break;
    }
  }
  const bool whole = i == text.size() || text[i] == '-' || text[i] == '.';
  if ((!any && !fraction) || !whole || value > 1e15) return std::nullopt;
  return negative ? -value : value;
}

}  // namespace

void PdfLexer::skip_space() {
  for (;;) {
    std::size_t at = 0;
    while (at < rest_.size() && is_space(rest_[at])) ++at;
    rest_.remove_prefix(at);
    if (!rest_.starts_with('%')) return;
    rest_.remove_prefix(std::min(rest_.find_first_of("\r\n"), rest_.size()));
  }
}

PdfToken PdfLexer::next() {
  using Kind = PdfToken::Kind;
  for (;;) {
    skip_space();
    if (rest_.empty()) return {};
    const char first = rest_[0];
    if (is_regular(first)) return number_or_word();
    rest_.remove_prefix(1);
    switch (first) {
      case '/':
        return {Kind::kName, 0, name()};
      case '(':
        return {Kind::kString, 0, literal_string()};
      case '[':
        return {Kind::kArrayBegin};
      case ']':
        return {Kind::kArrayEnd};
      case '<':
        if (!rest_.starts_with('<')) return {Kind::kString, 0, hex_string()};
        rest_.remove_prefix(1);
        return {Kind::kDictBegin};
      case '>':
        if (!rest_.starts_with('>')) break;
        rest_.remove_prefix(1);
        return {Kind::kDictEnd};
      default:
        break;  // ')', '{', '}' alone
    }
  }
}

PdfToken PdfLexer::number_or_word() {
  std::size_t size = 0;
  while (size < rest_.size() && is_regular(rest_[size])) ++size;
  const std::string_view text = rest_.substr(0, size);
  rest_.remove_prefix(size);
  if (const auto number = parse_number(text)) return {PdfToken::Kind::kNumber, *number};
  return {PdfToken::Kind::kWord, 0, std::string(text)};
}

std::string PdfLexer::name() {
  std::string out;
  std::size_t at = 0;
  for (; at < rest_.size() && is_regular(rest_[at]); ++at) {
    const bool escape = rest_[at] == '#' && at + 2 < rest_.size() &&
                        hex_digit(rest_[at + 1]) >= 0 && hex_digit(rest_[at + 2]) >= 0;
    if (!escape) {
      out += rest_[at];
      continue;
    }
    out += static_cast<char>(hex_digit(rest_[at + 1]) << 4 | hex_digit(rest_[at + 2]));
    at += 2;
  }
  rest_.remove_prefix(at);
  return out;
}

std::string PdfLexer::literal_string() {
  std::string out;
  std::size_t at = 0;
  for (int open = 1; at < rest_.size(); ++at) {
    char c = rest_[at];
    if (c == '(') ++open;
    if (c == ')' && --open == 0) break;
    if (c != '\\' || at + 1 == rest_.size()) {
      out += c;
      continue;
    }
    c = rest_[++at];
    constexpr std::string_view kNames = "nrtbf", kMeant = "\n\r\t\b\f";
    if (const std::size_t known = kNames.find(c); known != kNames.npos) {
      out += kMeant[known];
    } else if (c >= '0' && c <= '7') {
      int value = c - '0';
      for (int i = 0;
           i < 2 && at + 1 < rest_.size() && rest_[at + 1] >= '0' && rest_[at + 1] <= '7'; ++i) {
        value = value * 8 + (rest_[++at] - '0');
      }
      out += static_cast<char>(value);
    } else if (c == '\r') {  // a line that goes on
      if (at + 1 < rest_.size() && rest_[at + 1] == '\n') ++at;
    } else if (c != '\n') {
      out += c;
    }
  }
  rest_.remove_prefix(std::min(at + 1, rest_.size()));
  return out;
}

std::string PdfLexer::hex_string() {
  std::string out;
  int held = -1;
  std::size_t at = 0;
  for (; at < rest_.size() && rest_[at] != '>'; ++at) {
    const int digit = hex_digit(rest_[at]);
    if (digit < 0) continue;
    if (held >= 0) out += static_cast<char>(held << 4 | digit);
    held = held >= 0 ? -1 : digit;
  }
  if (held >= 0) out += static_cast<char>(held << 4);
  rest_.remove_prefix(std::min(at + 1, rest_.size()));
  return out;
}

void PdfLexer::skip_inline_image() {
  // The data may hold anything; "EI" counts where white space is before it and a token could end
  // after it, and where what follows looks like content and no longer like an image.
  for (std::size_t at = 0; (at = rest_.find("EI", at)) != rest_.npos; ++at) {
    const bool begins = at == 0 || is_space(rest_[at - 1]);
    const bool ends = at + 2 == rest_.size() || is_space(rest_[at + 2]);
    if (!begins || !ends) continue;
    const std::string_view after = rest_.substr(at + 2, 16);
    const bool text = std::ranges::all_of(after, [](char c) {
      return (c >= ' ' && c <= '~') || c == '\n' || c == '\r' || c == '\t';
    });
    if (!text) continue;
    rest_.remove_prefix(at + 2);
    return;
  }
  rest_ = {};
}

}  // namespace vecstore
