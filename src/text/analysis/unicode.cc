#include "text/analysis/unicode.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "text/analysis/unicode_tables.h"

namespace vecstore::text {
namespace {

constexpr char32_t kTableEnd = 0x30000;
constexpr std::uint8_t kUnsettled = 16;

constexpr char32_t kHangulFirst = 0xAC00, kHangulEnd = 0xD7A4;
constexpr char32_t kLeadFirst = 0x1100, kVowelFirst = 0x1161, kTailFirst = 0x11A7;
constexpr char32_t kLeads = 19, kVowels = 21, kTails = 28;

template <typename T>
T look_up(const std::uint16_t* index, const T* values, char32_t value) {
  return values[index[value / 64] * 64 + value % 64];
}

std::uint8_t class_bits(char32_t value) {
  if (value < kTableEnd) return look_up(kClassIndex, kClass, value);
  const bool ideograph = value <= 0x3FFFD;
  return static_cast<std::uint8_t>(ideograph ? WordClass::kIdeograph : WordClass::kOther);
}

bool is_tag(char32_t value) { return value >= 0xE0000 && value <= 0xE0FFF; }

// The folded form of one character beyond ASCII.
void append_folded(char32_t value, std::string& out) {
  const std::uint16_t place = value < kTableEnd ? look_up(kFoldIndex, kFold, value) : is_tag(value);
  if (place == 0) return append_utf8(out, value);
  if (place == 1) return;
  const char* text = kFoldText + (place - 2);
  out.append(text + 1, static_cast<unsigned char>(*text));
}

const UnicodePair* parts_of(char32_t whole) {
  // Few pairs, and few callers: text whose marks come apart from their letters.
  const UnicodePair* end = kPairs + kPairCount;
  const UnicodePair* pair =
      std::find_if(kPairs, end, [whole](const UnicodePair& p) { return p.whole == whole; });
  return pair == end ? nullptr : pair;
}

void decompose(char32_t value, std::vector<char32_t>& out) {
  if (value < 0xC0) return out.push_back(value);
  if (value >= kHangulFirst && value < kHangulEnd) {
    const char32_t syllable = value - kHangulFirst;
    out.push_back(kLeadFirst + syllable / (kVowels * kTails));
    out.push_back(kVowelFirst + syllable / kTails % kVowels);
    if (syllable % kTails != 0) out.push_back(kTailFirst + syllable % kTails);
    return;
  }
  const UnicodePair* parts = parts_of(value);
  if (parts == nullptr) return out.push_back(value);
  decompose(parts->first, out);
  out.push_back(parts->second);
}

// The character that `first` and `second` compose, or 0.
char32_t composed(char32_t first, char32_t second) {
  if (first - kLeadFirst < kLeads && second - kVowelFirst < kVowels) {
    return kHangulFirst + ((first - kLeadFirst) * kVowels + (second - kVowelFirst)) * kTails;
  }
  const bool open_syllable =
      first >= kHangulFirst && first < kHangulEnd && (first - kHangulFirst) % kTails == 0;
  if (open_syllable && second > kTailFirst && second < kTailFirst + kTails) {
    return first + (second - kTailFirst);
  }
  const auto key = std::pair(first, second);
  const UnicodePair* end = kPairs + kPairCount;
  const UnicodePair* pair =
      std::lower_bound(kPairs, end, key, [](const UnicodePair& p, const auto& wanted) {
        return std::pair(p.first, p.second) < wanted;
      });
  return pair != end && pair->first == first && pair->second == second ? pair->whole : 0;
}

void order_marks(std::vector<char32_t>& text) {
  for (auto at = text.begin(); at != text.end();) {
    const auto is_starter = [](char32_t c) { return combining_class(c) == 0; };
    const auto end = std::find_if(at + 1, text.end(), is_starter);
    const auto first = is_starter(*at) ? at + 1 : at;
    std::stable_sort(
        first, end, [](char32_t a, char32_t b) { return combining_class(a) < combining_class(b); });
    at = end;
  }
}

// Canonical composition (UAX #15) of ordered text.
void compose(std::vector<char32_t>& text) {
  std::size_t kept = 0;
  std::size_t starter = text.size();  // none yet
  int last_class = -1;                // of what stands between the starter and here
  for (const char32_t value : text) {
    const int own = combining_class(value);
    const bool free = starter < text.size() && last_class < own;
    const bool adjacent = starter < text.size() && last_class == -1;
    const char32_t whole = free || adjacent ? composed(text[starter], value) : 0;
    if (whole != 0) {
      text[starter] = whole;
      continue;
    }
    if (own == 0) starter = kept;
    last_class = own == 0 ? -1 : own;
    text[kept++] = value;
  }
  text.resize(kept);
}

void settle(std::string& out, std::size_t from) {
  std::vector<char32_t> characters;
  std::string_view rest = std::string_view(out).substr(from);
  while (!rest.empty()) {
    const CodePoint c = decode_utf8(rest);
    decompose(c.value, characters);
    rest.remove_prefix(c.size);
  }
  order_marks(characters);
  compose(characters);
  out.resize(from);
  for (const char32_t c : characters) append_utf8(out, c);
}

struct Plain {
  char32_t letter;
  std::string_view plain;
};
constexpr Plain kPlain[] = {{U'æ', "ae"}, {U'ð', "d"}, {U'ø', "o"}, {U'þ', "th"}, {U'đ', "d"},
                            {U'ħ', "h"},  {U'ı', "i"}, {U'ł', "l"}, {U'œ', "oe"}, {U'ŧ', "t"}};

}  // namespace

WordClass word_class(char32_t value) { return static_cast<WordClass>(class_bits(value) & 15); }

std::uint8_t combining_class(char32_t value) {
  return value < kTableEnd ? look_up(kCombiningIndex, kCombining, value) : std::uint8_t{0};
}

void append_folded(std::string_view text, std::string& out) {
  const std::size_t from = out.size();
  bool unsettled = false;
  while (!text.empty()) {
    const auto byte = static_cast<unsigned char>(text.front());
    if (byte < 0x80) {
      out.push_back(static_cast<char>(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte));
      text.remove_prefix(1);
      continue;
    }
    const CodePoint c = decode_utf8(text);
    unsettled |= (class_bits(c.value) & kUnsettled) != 0;
    append_folded(c.value, out);
    text.remove_prefix(c.size);
  }
  if (unsettled) settle(out, from);
}

std::string without_accents(std::string_view folded) {
  std::string out;
  std::vector<char32_t> parts;
  while (!folded.empty()) {
    const CodePoint c = decode_utf8(folded);
    folded.remove_prefix(c.size);
    const auto* plain = std::find_if(std::begin(kPlain), std::end(kPlain),
                                     [&c](const Plain& p) { return p.letter == c.value; });
    if (plain != std::end(kPlain)) {
      out.append(plain->plain);
      continue;
    }
    parts.clear();
    if (c.value < 0x2000) {
      decompose(c.value, parts);
    } else {
      parts.push_back(c.value);
    }
    for (const char32_t part : parts) {
      if (part < 0x300 || part > 0x36F) append_utf8(out, part);
    }
  }
  return out;
}

std::uint32_t unicode_tables() { return kUnicodeTables; }

}  // namespace vecstore::text
