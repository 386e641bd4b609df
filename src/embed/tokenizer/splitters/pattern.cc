#include "embed/tokenizer/splitters/pattern.h"

#include <algorithm>
#include <array>

#include "embed/tokenizer/unicode/unicode.h"

namespace vecstore {
namespace {

using unicode::character_at;

char lower_ascii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// The bytes of 's 't 're 've 'm 'll 'd that `text` begins with, or 0. In any case an s is also the
// long one.
std::size_t contraction_size(std::string_view text, bool any_case) {
  if (text.size() < 2 || text[0] != '\'') return 0;
  const auto letter = [&](std::size_t i) {
    if (i >= text.size()) return '\0';
    return any_case ? lower_ascii(text[i]) : text[i];
  };
  const char first = letter(1), second = letter(2);
  if (first == 's' || first == 't' || first == 'm' || first == 'd') return 2;
  if ((first == 'r' || first == 'v') && second == 'e') return 3;
  if (first == 'l' && second == 'l') return 3;
  return any_case && text.substr(1).starts_with("\u017F") ? 3 : 0;
}

}  // namespace

bool CharacterSet::contains(char32_t value) const {
  if (value < 128) return ascii[value];
  const std::uint32_t found = unicode::traits(value);
  const auto within = [value](const auto& range) {
    return range.first <= value && value <= range.second;
  };
  const bool inside = (found & traits) != 0 || (without != 0 && (found & without) == 0) ||
                      (categories >> (found >> 16 & 15) & 1) != 0 ||
                      std::ranges::any_of(ranges, within);
  return inside != negated;
}

Pattern Pattern::literal(std::string_view text) {
  Pattern pattern;
  pattern.literal_ = text;
  return pattern;
}

std::size_t Pattern::match_items(std::string_view text, std::size_t at, const Alternative& all,
                                 std::size_t item) {
  if (item == all.items.size()) {
    if (!all.before_blank || at == text.size()) return at;
    const std::uint32_t next = unicode::traits(character_at(text, at).value);
    return next & unicode::kBlank ? at : text.npos;
  }
  const Item& now = all.items[item];
  if (now.kind == Item::kContraction) {
    const std::size_t size = contraction_size(text.substr(at), now.any_case);
    if (size == 0 && now.least > 0) return text.npos;
    return match_items(text, at + size, all, item + 1);
  }
  std::size_t end = at;
  std::uint32_t count = 0;
  while (count < now.most && end < text.size()) {
    const auto [value, size] = character_at(text, end);
    if (!now.set.contains(value)) break;
    end += size;
    ++count;
  }
  for (; count >= now.least; --count) {
    const std::size_t found = match_items(text, end, all, item + 1);
    if (found != text.npos || count == 0) return found;
    do {
      --end;
    } while ((static_cast<unsigned char>(text[end]) & 0xC0) == 0x80);
  }
  return text.npos;
}

std::size_t Pattern::match_at(std::string_view text, std::size_t at) const {
  for (const Alternative& alternative : alternatives_) {
    const std::size_t end = match_items(text, at, alternative, 0);
    if (end != text.npos) return end;
  }
  return text.npos;
}

void Pattern::find_all(std::string_view text, std::vector<Match>& out) const {
  out.clear();
  std::size_t done = 0;
  const auto add = [&](std::size_t begin, std::size_t end, bool matches) {
    const auto first = static_cast<std::uint32_t>(begin), last = static_cast<std::uint32_t>(end);
    if (begin < end) out.push_back({first, last, matches});
  };
  if (!literal_.empty()) {
    for (std::size_t at; (at = text.find(literal_, done)) != text.npos;) {
      add(done, at, false);
      done = at + literal_.size();
      add(at, done, true);
    }
    return add(done, text.size(), false);
  }
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = match_at(text, at);
    if (end == text.npos) {
      at += character_at(text, at).size;
      continue;
    }
    add(done, at, false);
    add(at, end, true);
    at = done = end;
  }
  add(done, text.size(), false);
}

}  // namespace vecstore
