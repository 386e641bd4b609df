// A font of a PDF file: the bytes of a string into letters and widths.
//
// What a code means is found, in this order: in the font's ToUnicode map; by the name of its glyph,
// from the encoding and its differences or from the font's own program; for composite fonts by
// encodings that are Unicode. Ligatures are spelt out.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rag/loaders/pdf/pdf_cmap.h"
#include "rag/loaders/pdf/pdf_file.h"

namespace vecstore {

struct PdfChar {
  std::string_view text = {};  // in UTF-8; empty when nobody says what the code means
  double advance = 0;          // along the line, for a font of size 1
  std::size_t bytes = 1;
  bool is_space = false;  // what word spacing is added to
};

class PdfFont {
 public:
  // Whatever is missing or damaged gets a default.
  static PdfFont load(const PdfFile& file, const PdfObject& dict);

  // The first character of `bytes`, which are not empty. Its text may be in `buffer`.
  PdfChar next(std::string_view bytes, std::string& buffer) const;

  bool vertical() const { return vertical_; }
  bool bold() const { return bold_; }
  bool monospaced() const { return mono_; }
  // How many times its nominal size it is: other than 1 for some fonts that are drawings.
  double em() const { return em_; }

 private:
  void read_style(const PdfObject& dict, const PdfObject& descriptor);
  void load_simple(const PdfFile& file, const PdfObject& dict);
  void read_names(const PdfFile& file, const PdfObject& dict, const PdfObject& descriptor);
  void read_differences(const PdfObject& differences);
  void read_drawn(const PdfObject& dict);
  void load_composite(const PdfFile& file, const PdfObject& dict);
  void read_wide_widths(const PdfObject& widths);
  PdfChar next_wide(std::string_view bytes, std::string& buffer) const;

  struct WidthRange {
    std::uint32_t low, high;
    double width;
  };

  std::string name_;
  std::optional<PdfCMap> to_unicode_;
  std::array<std::string, 256> texts_ = {};
  std::array<double, 256> widths_ = {};  // of size 1
  bool composite_ = false, vertical_ = false, bold_ = false, mono_ = false;
  bool codes_are_utf16_ = false;
  double em_ = 1;

  PdfCMap codes_;  // of a composite font
  std::unordered_map<std::uint32_t, double> wide_widths_;
  std::vector<WidthRange> width_ranges_;
  double default_width_ = 1, vertical_advance_ = 1;
};

// Ligatures as letters, without control characters; "ﬁ" is "fi".
std::string spell_out(std::string_view text);

}  // namespace vecstore
