// The bytes that a page of docs/format gives as an example: tests hold the page to them.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "io/posix_file_system.h"

namespace vecstore::storage {

inline constexpr std::string_view kHexDigits = "0123456789abcdef";

// Pairs of digits; everything else stands between them.
inline Bytes from_hex(std::string_view text) {
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    const std::size_t high = kHexDigits.find(text[i]);
    const std::size_t low = kHexDigits.find(text[i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) continue;
    bytes.push_back(static_cast<std::byte>(high << 4 | low));
    ++i;
  }
  return bytes;
}

// The `index`-th ```hex block of docs/format/<page>; empty when there is none.
inline Bytes format_example(const std::string& page, int index) {
  constexpr std::string_view kBegin = "\n```hex\n";
  const std::string path = std::string(VECSTORE_SOURCE_DIR) + "/docs/format/" + page;
  auto file = io::posix_file_system().open(path, io::Access::kRead);
  if (!file.ok()) return {};
  Bytes text(static_cast<std::size_t>((*file)->size()));
  if (!(*file)->read(0, text).ok()) return {};
  std::string_view rest = as_text(text);
  for (; index >= 0; --index) {
    const std::size_t begin = rest.find(kBegin);
    if (begin == std::string_view::npos) return {};
    rest.remove_prefix(begin + kBegin.size());
  }
  return from_hex(rest.substr(0, rest.find("```")));
}

// As such a block has it, for the message of a test that fails.
inline std::string to_hex(ByteView bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned>(bytes[i]);
    if (i > 0) text += i % 16 == 0 ? '\n' : ' ';
    text += kHexDigits[byte >> 4];
    text += kHexDigits[byte & 15];
  }
  return text;
}

}  // namespace vecstore::storage
