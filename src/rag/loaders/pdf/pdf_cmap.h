// A character map: how the bytes of a string are cut into codes, and what the codes are, Unicode or
// the numbers of glyphs (ISO 32000-1, 9.7.5 and 9.10.3).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace vecstore {

class PdfLexer;

class PdfCMap {
 public:
  struct Code {
    std::uint32_t value = 0;
    std::size_t bytes = 1;
  };

  // What is damaged is left out. At most a million entries are kept.
  static PdfCMap parse(std::string_view bytes);

  // Two bytes each, and glyph numbers that are the codes.
  static PdfCMap identity();

  // The first code of `bytes`, which are not empty.
  Code next(std::string_view bytes) const;

  // In UTF-8; null when the map has none.
  const std::string* unicode(std::uint32_t code, std::string& buffer) const;
  // The number of the glyph; 0 when the map has none.
  std::uint32_t glyph(std::uint32_t code) const;

  bool vertical() const { return vertical_; }
  bool has_unicode() const { return !texts_.empty() || !text_ranges_.empty(); }

 private:
  struct Space {
    std::size_t bytes;
    std::uint32_t low, high;
  };
  struct TextRange {
    std::uint32_t low, high;
    std::u16string first;  // the last unit counts up
  };
  struct GlyphRange {
    std::uint32_t low, high, first;
  };

  void read_spaces(PdfLexer& lexer);
  void read_chars(PdfLexer& lexer, bool glyphs);
  void read_ranges(PdfLexer& lexer, bool glyphs);
  void read_array(PdfLexer& lexer, std::uint32_t low, std::uint32_t high);
  void sort();
  bool full() const { return texts_.size() + text_ranges_.size() + glyph_ranges_.size() >= kMost; }

  static constexpr std::size_t kMost = 1'000'000;

  std::vector<Space> spaces_;
  std::unordered_map<std::uint32_t, std::string> texts_;
  std::vector<TextRange> text_ranges_;
  std::vector<GlyphRange> glyph_ranges_;
  bool vertical_ = false;
};

}  // namespace vecstore
