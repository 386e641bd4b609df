// Glyphs into words, and words into segments: runs along one line without a wide gap.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "rag/loaders/pdf/pdf_glyph.h"

namespace vecstore {

struct PdfWord {
  std::string text = {};
  double x0 = 0, x1 = 0, y = 0;  // y of the baseline
  double size = 0;               // of the font
  bool bold = false, mono = false;
  bool after_space = false;
};

struct PdfSegment {
  std::vector<PdfWord> words = {};
  double x0 = 0, x1 = 0, y = 0, size = 0;  // y and size of its largest word
};

// Segments in the order of the content, for each of four directions: to the right, up, to the left,
// down. Each direction has coordinates in which its lines run to the right and y goes upwards.
std::array<std::vector<PdfSegment>, 4> find_segments(const PdfGlyphs& page);

// A gap wider than this share of the font's size parts words.
inline constexpr double kPdfWordGap = 0.12;

// A gap wider than this parts segments: no space between words is so wide.
inline constexpr double kPdfSegmentGap = 1.0;

}  // namespace vecstore
