#include "rag/eval/report_markup.h"

#include <array>
#include <cmath>
#include <cstdio>

#include "base/utf8.h"

namespace vecstore {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

// C0, DEL and C1 but tab and line ends; marks, embeddings and isolates of direction.
bool is_hidden(char32_t c) {
  const bool control = (c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7F && c < 0xA0);
  const bool turns = c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
                     (c >= 0x2066 && c <= 0x2069);
  return control || turns;
}

void append_escaped(std::string& out, char32_t c) {
  switch (c) {
    case '&':
      out += "&amp;";
      break;
    case '<':
      out += "&lt;";
      break;
    case '>':
      out += "&gt;";
      break;
    case '"':
      out += "&quot;";
      break;
    case '\'':
      out += "&#39;";
      break;
    default:
      append_utf8(out, is_hidden(c) ? kReplacement : c);
  }
}

}  // namespace

std::string escaped_html(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const CodePoint c = decode_utf8(text);
    append_escaped(out, c.value);
    text.remove_prefix(c.size);
  }
  return out;
}

std::string cut_text(std::string_view text, std::size_t most) {
  std::size_t end = 0;
  for (std::size_t count = 0; end < text.size(); ++count) {
    if (count == most) return std::string(text.substr(0, end)) + "…";
    end += decode_utf8(text.substr(end)).size;
  }
  return std::string(text);
}

std::string decimal(double value, int digits) {
  std::array<char, 400> text;  // of the largest double, too
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  const std::string number = text.data();
  const bool zero = number.find_first_of("123456789") == number.npos && std::isfinite(value);
  return zero && number.starts_with('-') ? number.substr(1) : number;
}

std::string shown_decimal(double value, int digits) {
  const std::string number = decimal(value, digits);
  return number.starts_with('-') ? "−" + number.substr(1) : number;
}

std::string signed_decimal(double value, int digits) {
  const std::string number = shown_decimal(value, digits);
  const bool zero = number.find_first_of("123456789") == number.npos;
  return zero || number.starts_with("−") ? number : "+" + number;
}

}  // namespace vecstore
