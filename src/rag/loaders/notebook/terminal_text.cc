#include "rag/loaders/notebook/terminal_text.h"

#include <algorithm>

namespace vecstore {
namespace {

// The length of the escape sequence at the start of `text` (ECMA-48: "ESC [ … letter", or ESC and
// one character).
std::size_t escape_length(std::string_view text) {
  if (text.size() < 2) return text.size();
  const auto plain = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (text[1] != '[') return plain(text[1]) ? 2 : 1;
  std::size_t i = 2;
  while (i < text.size() && text[i] >= 0x20 && text[i] < 0x40) ++i;
  return i < text.size() && plain(text[i]) ? i + 1 : i;
}

}  // namespace

std::string terminal_text(std::string_view output) {
  std::string out;
  std::size_t line = 0;  // where the current one begins in `out`
  for (std::size_t i = 0; i < output.size();) {
    const char c = output[i];
    const std::string_view rest = output.substr(i);
    if (c == '\x1b') {
      i += escape_length(rest);
      continue;
    }
    ++i;
    if (c == '\n') {
      out += c;
      line = out.size();
    } else if (c == '\r') {
      const std::size_t next = rest.find_first_not_of('\r');
      const bool ends = next == rest.npos || rest[next] == '\n';
      if (!ends) out.resize(line);
    } else if (static_cast<unsigned char>(c) >= ' ' || c == '\t') {
      if (c != 0x7f) out += c;
    }
  }
  return out;
}

}  // namespace vecstore
