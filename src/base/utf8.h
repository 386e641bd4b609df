// UTF-8 as RFC 3629 has it: shortest forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vecstore {

bool is_valid_utf8(std::string_view text);

// Where the first invalid sequence begins, or npos when all is valid.
std::size_t invalid_utf8_at(std::string_view text);

struct CodePoint {
  char32_t value;
  std::size_t size;  // in bytes
  bool valid;        // else value is U+FFFD and size 1
};

// The code point at the start of `text`, which must not be empty. To walk a string:
//   while (!text.empty()) { CodePoint c = decode_utf8(text); ... text.remove_prefix(c.size); }
CodePoint decode_utf8(std::string_view text);

// `value` must be a Unicode scalar value.
void append_utf8(std::string& out, char32_t value);

// The first 40 code points, then "…" if there are more: for text of any length in a message.
std::string shorten(std::string_view text);

}  // namespace vecstore
