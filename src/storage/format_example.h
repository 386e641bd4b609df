// The bytes that a page of docs/format gives as an example: tests hold the page to them.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>

#include "base/bytes.h"

namespace vecstore::storage {

// The `index`-th ```hex block of docs/format/<page>; empty when there is none.
inline Bytes format_example(const std::string& page, int index) {
  std::ifstream file(std::string(VECSTORE_SOURCE_DIR) + "/docs/format/" + page);
  Bytes bytes;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("```")) {
      inside = line == "```hex" && index-- == 0;
      continue;
    }
    if (!inside) continue;
    for (std::size_t at = 0; at + 1 < line.size(); at += 3) {
      bytes.push_back(static_cast<std::byte>(std::stoi(line.substr(at, 2), nullptr, 16)));
    }
  }
  return bytes;
}

// As such a block has it, for the message of a test that fails.
inline std::string to_hex(ByteView bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned>(bytes[i]);
    if (i > 0) text += i % 16 == 0 ? '\n' : ' ';
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace vecstore::storage
