// Letters of a page with their places.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vecstore {

// Affine: x' = a x + c y + e, y' = b x + d y + f.
struct PdfMatrix {
  double a = 1, b = 0, c = 0, d = 1, e = 0, f = 0;

  // This one first, then `then`.
  PdfMatrix operator*(const PdfMatrix& then) const;
};

// What stands at a place of the page as a reader holds it, in points, y upwards.
struct PdfGlyph {
  double x = 0, y = 0;               // where it begins, on the baseline
  double dx = 0, dy = 0;             // to where it ends
  float size = 0;                    // of the font, in points
  std::uint32_t begin = 0, end = 0;  // of its text in PdfGlyphs::text
  bool bold = false, mono = false;
};

struct PdfGlyphs {
  std::string text = {};
  std::vector<PdfGlyph> glyphs = {};  // in the order of the content
  std::size_t images = 0;
};

inline constexpr std::size_t kMaxPdfGlyphsOnPage = 500'000;

}  // namespace vecstore
