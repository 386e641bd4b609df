#include "rag/splitters/json_scan.h"

#include <algorithm>
#include <vector>

#include "base/utf8.h"

namespace vecstore {
namespace {

bool is_json_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// Of a character in a string that json.dumps writes in ASCII.
std::size_t dumped(char32_t value) {
  if (value == '"' || value == '\\' || value == '\n' || value == '\r' || value == '\t' ||
      value == '\f' || value == '\b') {
    return 2;
  }
  if (value >= ' ' && value <= '~') return 1;
  return value > 0xffff ? 12 : 6;
}

// The escape at `at`: its bytes in the text, and characters when written by json.dumps.
std::pair<std::size_t, std::size_t> escape(std::string_view text, std::size_t at) {
  const char name = at + 1 < text.size() ? text[at + 1] : '\\';
  if (name != 'u') return {2, name == '/' ? 1 : 2};
  char32_t value = 0;
  for (std::size_t i = at + 2; i < std::min(at + 6, text.size()); ++i) {
    const char c = text[i];
    const int digit = c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
    value = value * 16 + static_cast<char32_t>(digit & 15);
  }
  return {6, dumped(value)};
}

// The string whose quote is at `begin`.
JsonValue scan_string(std::string_view text, std::size_t begin) {
  JsonValue out = {{begin, begin + 1}, 2};
  std::size_t& at = out.span.end;
  while (at < text.size() && text[at] != '"') {
    std::size_t bytes = 1, characters = 1;
    if (text[at] == '\\') {
      std::tie(bytes, characters) = escape(text, at);
    } else if (const auto c = static_cast<unsigned char>(text[at]); c < ' ' || c > '~') {
      const CodePoint point = decode_utf8(text.substr(at));
      bytes = point.size, characters = dumped(point.value);
    }
    at += bytes;
    out.size += characters;
  }
  at = std::min(at + 1, text.size());
  return out;
}

}  // namespace

std::size_t skip_json_space(std::string_view text, std::size_t at) {
  while (at < text.size() && is_json_space(text[at])) ++at;
  return at;
}

std::size_t index_digits(std::size_t index) {
  std::size_t digits = 1;
  while (index >= 10) index /= 10, ++digits;
  return digits;
}

JsonValue scan_json_value(std::string_view text, std::size_t begin, bool lists_as_objects) {
  struct Open {
    bool list;
    std::size_t elements;
  };
  std::vector<Open> open;
  JsonValue out = {{begin, begin}, 0};
  std::size_t& at = out.span.end;
  const auto count_key = [&](bool has_element) {
    if (!lists_as_objects || open.empty() || !open.back().list || !has_element) return;
    out.size += index_digits(open.back().elements++) + 4;
  };
  while (at < text.size()) {
    const char c = text[at];
    if (is_json_space(c)) {
      if (open.empty()) break;
      ++at;
    } else if (c == '"') {
      const JsonValue string = scan_string(text, at);
      at = string.span.end;
      out.size += string.size;
    } else if (c == '{' || c == '[') {
      open.push_back({c == '[', 0});
      ++at, ++out.size;
      const std::size_t first = skip_json_space(text, at);
      count_key(first < text.size() && text[first] != ']');
    } else if (c == '}' || c == ']') {
      if (open.empty()) break;
      open.pop_back();
      ++at, ++out.size;
    } else if (c == ',' || c == ':') {
      if (open.empty()) break;
      ++at, out.size += 2;
      count_key(true);
    } else {
      ++at, ++out.size;
      continue;  // a number or a word ends at what follows
    }
    if (open.empty()) break;
  }
  if (at == begin) ++at;
  return out;
}

JsonMembers::JsonMembers(std::string_view text, std::size_t begin, bool lists_as_objects)
    : text_(text), at_(begin + 1), list_(text[begin] == '['), lists_as_objects_(lists_as_objects) {}

bool JsonMembers::next(JsonMember& member) {
  at_ = skip_json_space(text_, at_);
  if (at_ < text_.size() && text_[at_] == ',') at_ = skip_json_space(text_, at_ + 1);
  if (at_ >= text_.size() || text_[at_] == '}' || text_[at_] == ']') return false;
  member = {};
  member.span.begin = at_;
  member.key_size = index_digits(index_++) + 2;
  if (!list_) {
    const JsonValue key = scan_string(text_, at_);
    member.key = key.span;
    member.key_size = key.size;
    at_ = skip_json_space(text_, key.span.end);
    at_ = skip_json_space(text_, std::min(at_ + 1, text_.size()));  // the colon
    if (at_ == text_.size()) return false;
  }
  member.value = scan_json_value(text_, at_, lists_as_objects_);
  at_ = member.span.end = member.value.span.end;
  return true;
}

}  // namespace vecstore
