#include "rag/loaders/mail/transfer_encoding.h"

#include <algorithm>
#include <cstdint>

namespace vecstore {
namespace {

int base64_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  return c == '/' || c == '_' ? 63 : -1;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::string lower_trimmed(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c > ' ') out += c;
  }
  return out;
}

}  // namespace

std::string decode_base64_body(std::string_view body) {
  std::string out;
  out.reserve(body.size() / 4 * 3);
  std::uint32_t bits = 0;
  int have = 0;
  for (char c : body) {
    const int digit = base64_digit(c);
    if (c == '=') have = 0;  // ends a block; another may follow
    if (digit < 0) continue;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    have += 6;
    if (have < 8) continue;
    have -= 8;
    out += static_cast<char>(bits >> have & 0xff);
  }
  return out;
}

std::string decode_quoted_printable(std::string_view body, bool in_word) {
  std::string out;
  out.reserve(body.size());
  for (std::size_t i = 0; i < body.size(); ++i) {
    const char c = body[i];
    if (in_word && c == '_') {
      out += ' ';
    } else if (c == '\n') {  // spaces at the end of a line were added on the way
      const bool cr = out.ends_with('\r');
      if (cr) out.pop_back();
      while (out.ends_with(' ') || out.ends_with('\t')) out.pop_back();
      out += cr ? "\r\n" : "\n";
    } else if (c != '=') {
      out += c;
    } else {
      const std::size_t next = body.find_first_not_of(" \t\r", i + 1);
      const int high = i + 2 < body.size() ? hex_digit(body[i + 1]) : -1;
      const int low = high >= 0 ? hex_digit(body[i + 2]) : -1;
      if (low >= 0) {
        out += static_cast<char>(high << 4 | low);
        i += 2;
      } else if (next == body.npos || body[next] == '\n') {
        i = std::min(next, body.size() - 1);  // a line that goes on
      } else {
        out += c;
      }
    }
  }
  return out;
}

std::string decode_transfer(std::string_view body, std::string_view encoding) {
  const std::string name = lower_trimmed(encoding);
  if (name == "base64") return decode_base64_body(body);
  if (name == "quoted-printable") return decode_quoted_printable(body);
  return std::string(body);
}

}  // namespace vecstore
