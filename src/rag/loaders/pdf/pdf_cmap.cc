#include "rag/loaders/pdf/pdf_cmap.h"

#include <algorithm>

#include "rag/loaders/pdf/pdf_encoding.h"
#include "rag/loaders/pdf/pdf_lexer.h"

namespace vecstore {
namespace {

// What one code may stand for: longer ones are made to blow up a text.
constexpr std::size_t kMostTextBytes = 64;

using Kind = PdfToken::Kind;

std::uint32_t number_of(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char c : bytes.substr(0, 4)) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

std::uint32_t glyph_number(double number) {
  return static_cast<std::uint32_t>(std::clamp(number, 0.0, 1e6));
}

std::u16string units_of(std::string_view bytes) {
  std::u16string units;
  bytes = bytes.substr(0, kMostTextBytes);
  if (bytes.size() == 1) units += static_cast<char16_t>(static_cast<unsigned char>(bytes[0]));
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    units += static_cast<char16_t>(static_cast<unsigned char>(bytes[i]) << 8 |
                                   static_cast<unsigned char>(bytes[i + 1]));
  }
  return units;
}

std::string utf8_of(const std::u16string& units) {
  std::string bytes;
  for (const char16_t unit : units) {
    bytes += static_cast<char>(unit >> 8);
    bytes += static_cast<char>(unit & 0xff);
  }
  return decode_utf16be(bytes);
}

}  // namespace

PdfCMap PdfCMap::identity() {
  PdfCMap map;
  map.spaces_ = {{2, 0, 0xffff}};
  map.glyph_ranges_ = {{0, 0xffff, 0}};
  return map;
}

PdfCMap PdfCMap::parse(std::string_view bytes) {
  PdfCMap map;
  PdfLexer lexer(bytes);
  bool mode = false;  // the last name was WMode
  for (PdfToken token = lexer.next(); token.kind != Kind::kEnd; token = lexer.next()) {
    if (token.kind == Kind::kNumber && mode) map.vertical_ = token.number == 1;
    mode = token.kind == Kind::kName && token.text == "WMode";
    if (token.kind != Kind::kWord) continue;
    if (token.text == "begincodespacerange") map.read_spaces(lexer);
    if (token.text == "beginbfchar") map.read_chars(lexer, false);
    if (token.text == "begincidchar") map.read_chars(lexer, true);
    if (token.text == "beginbfrange") map.read_ranges(lexer, false);
    if (token.text == "begincidrange") map.read_ranges(lexer, true);
  }
  map.sort();
  return map;
}

void PdfCMap::read_spaces(PdfLexer& lexer) {
  for (;;) {
    const PdfToken low = lexer.next();
    if (low.kind != Kind::kString) return;
    const PdfToken high = lexer.next();
    if (high.kind != Kind::kString) return;
    const std::size_t size = std::clamp<std::size_t>(low.text.size(), 1, 4);
    if (spaces_.size() < 100) spaces_.push_back({size, number_of(low.text), number_of(high.text)});
  }
}

void PdfCMap::read_chars(PdfLexer& lexer, bool glyphs) {
  for (;;) {
    const PdfToken code = lexer.next();
    if (code.kind != Kind::kString) return;
    const PdfToken to = lexer.next();
    const std::uint32_t value = number_of(code.text);
    if (full() || to.kind == Kind::kEnd) return;
    if (glyphs && to.kind == Kind::kNumber) {
      glyph_ranges_.push_back({value, value, glyph_number(to.number)});
    } else if (!glyphs && to.kind == Kind::kString) {
      texts_[value] = utf8_of(units_of(to.text));
    }
  }
}

void PdfCMap::read_ranges(PdfLexer& lexer, bool glyphs) {
  for (;;) {
    const PdfToken first = lexer.next();
    if (first.kind != Kind::kString) return;
    const PdfToken last = lexer.next();
    const PdfToken to = lexer.next();
    const std::uint32_t low = number_of(first.text), high = number_of(last.text);
    if (full() || last.kind != Kind::kString || to.kind == Kind::kEnd) return;
    if (to.kind == Kind::kArrayBegin) {
      read_array(lexer, low, high);
    } else if (glyphs && to.kind == Kind::kNumber && low <= high) {
      glyph_ranges_.push_back({low, high, glyph_number(to.number)});
    } else if (!glyphs && to.kind == Kind::kString && !to.text.empty() && low <= high) {
      text_ranges_.push_back({low, high, units_of(to.text)});
    }
  }
}

void PdfCMap::read_array(PdfLexer& lexer, std::uint32_t low, std::uint32_t high) {
  for (std::uint64_t code = low;; ++code) {
    const PdfToken token = lexer.next();
    if (token.kind == Kind::kArrayEnd || token.kind == Kind::kEnd) return;
    if (token.kind == Kind::kString && code <= high && !full()) {
      texts_[static_cast<std::uint32_t>(code)] = utf8_of(units_of(token.text));
    }
  }
}

void PdfCMap::sort() {
  std::ranges::stable_sort(text_ranges_, {}, &TextRange::low);
  std::ranges::stable_sort(glyph_ranges_, {}, &GlyphRange::low);
}

PdfCMap::Code PdfCMap::next(std::string_view bytes) const {
  std::uint32_t value = 0;
  for (std::size_t size = 1; size <= std::min<std::size_t>(4, bytes.size()); ++size) {
    value = value << 8 | static_cast<unsigned char>(bytes[size - 1]);
    for (const Space& space : spaces_) {
      if (space.bytes == size && value >= space.low && value <= space.high) return {value, size};
    }
  }
  const std::size_t shortest =
      spaces_.empty() ? 1 : std::ranges::min_element(spaces_, {}, &Space::bytes)->bytes;
  const std::size_t size = std::min(shortest, bytes.size());
  return {number_of(bytes.substr(0, size)), size};
}

const std::string* PdfCMap::unicode(std::uint32_t code, std::string& buffer) const {
  if (const auto known = texts_.find(code); known != texts_.end()) return &known->second;
  auto after = std::ranges::upper_bound(text_ranges_, code, {}, &TextRange::low);
  if (after == text_ranges_.begin()) return nullptr;
  const TextRange& range = *std::prev(after);
  if (code > range.high || range.first.empty()) return nullptr;
  std::u16string units = range.first;
  units.back() = static_cast<char16_t>(units.back() + (code - range.low));
  buffer = utf8_of(units);
  return &buffer;
}

std::uint32_t PdfCMap::glyph(std::uint32_t code) const {
  auto after = std::ranges::upper_bound(glyph_ranges_, code, {}, &GlyphRange::low);
  if (after == glyph_ranges_.begin()) return 0;
  const GlyphRange& range = *std::prev(after);
  return code <= range.high ? range.first + (code - range.low) : 0;
}

}  // namespace vecstore
