#include "base/utf8.h"

#include <cstdint>
#include <cstring>

namespace vecstore {
namespace {

constexpr CodePoint kInvalid = {0xFFFD, 1, false};

bool is_continuation(unsigned char c) { return (c & 0xC0) == 0x80; }

// What the lead byte says: how many bytes, which of its bits count and the least value that needs
// that many.
struct Lead {
  std::size_t size;
  unsigned char mask;
  char32_t least;
};

Lead lead_of(unsigned char c) {
  if (c < 0x80) return {1, 0x7F, 0};
  if ((c & 0xE0) == 0xC0) return {2, 0x1F, 0x80};
  if ((c & 0xF0) == 0xE0) return {3, 0x0F, 0x800};
  if ((c & 0xF8) == 0xF0) return {4, 0x07, 0x10000};
  return {0, 0, 0};
}

bool eight_ascii(const char* text) {
  std::uint64_t word;
  std::memcpy(&word, text, sizeof word);
  return (word & 0x8080808080808080u) == 0;
}

}  // namespace

CodePoint decode_utf8(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const Lead lead = lead_of(first);
  if (lead.size == 0 || lead.size > text.size()) return kInvalid;
  char32_t value = first & lead.mask;
  for (std::size_t i = 1; i < lead.size; ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (!is_continuation(c)) return kInvalid;
    value = value << 6 | (c & 0x3F);
  }
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < lead.least || value > 0x10FFFF || surrogate) return kInvalid;
  return {value, lead.size, true};
}

std::size_t invalid_utf8_at(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (text.size() - at >= 8 && eight_ascii(text.data() + at)) {
      at += 8;
      continue;
    }
    const CodePoint point = decode_utf8(text.substr(at));
    if (!point.valid) return at;
    at += point.size;
  }
  return std::string_view::npos;
}

bool is_valid_utf8(std::string_view text) {
  return invalid_utf8_at(text) == std::string_view::npos;
}

void append_utf8(std::string& out, char32_t value) {
  const auto tail = [&](unsigned shift) {
    out.push_back(static_cast<char>(0x80 | (value >> shift & 0x3F)));
  };
  if (value < 0x80) {
    out.push_back(static_cast<char>(value));
  } else if (value < 0x800) {
    out.push_back(static_cast<char>(0xC0 | value >> 6));
    tail(0);
  } else if (value < 0x10000) {
    out.push_back(static_cast<char>(0xE0 | value >> 12));
    tail(6);
    tail(0);
  } else {
    out.push_back(static_cast<char>(0xF0 | value >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

std::string shorten(std::string_view text) {
  constexpr std::size_t kCodePoints = 40;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < kCodePoints && bytes < text.size(); ++i) {
    bytes += decode_utf8(text.substr(bytes)).size;
  }
  return std::string(text.substr(0, bytes)) + (bytes < text.size() ? "…" : "");
}

}  // namespace vecstore
