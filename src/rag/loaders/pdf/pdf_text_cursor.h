// Where text is written: the text state and the matrices of a content stream, and the glyphs that
// its strings become.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "rag/loaders/pdf/pdf_font.h"
#include "rag/loaders/pdf/pdf_glyph.h"

namespace vecstore {

struct PdfGraphicsState {
  PdfMatrix matrix = {};  // to the page
  std::shared_ptr<const PdfFont> font = {};
  double size = 0;
  double char_spacing = 0, word_spacing = 0, scale = 1, leading = 0, rise = 0;
};

class PdfTextCursor {
 public:
  // `out` outlives it; glyphs beyond the page's box are left out.
  PdfTextCursor(PdfGlyphs& out, double width, double height)
      : out_(out), width_(width), height_(height) {}

  void begin() { line_ = text_ = {}; }
  void set_matrix(const PdfMatrix& matrix) { line_ = text_ = matrix; }
  void next_line(double tx, double ty);

  void show(const PdfGraphicsState& state, std::string_view bytes);
  // Thousandths of the font's size, backwards.
  void shift(const PdfGraphicsState& state, double thousandths);

  // What is shown until the matching end is read as `text`.
  void begin_replacement(std::string text);
  void end_replacement();

  std::size_t unknown() const { return unknown_; }
  bool crowded() const { return crowded_; }

 private:
  void add(const PdfGraphicsState& state, const PdfChar& letter);
  void place(PdfGlyph glyph, std::string_view text);
  void move(double tx, double ty) { text_ = PdfMatrix{1, 0, 0, 1, tx, ty} * text_; }

  PdfGlyphs& out_;
  double width_, height_;
  PdfMatrix text_ = {}, line_ = {};
  std::size_t unknown_ = 0;
  bool crowded_ = false;

  bool replacing_ = false, replaced_any_ = false;
  std::string replacement_;
  PdfGlyph replaced_ = {};
};

}  // namespace vecstore
