#include "rag/loaders/pdf/pdf_text_cursor.h"

#include <algorithm>
#include <cmath>

namespace vecstore {
namespace {

// Beyond these a place is damage and no place.
constexpr double kFarthest = 100'000;
constexpr double kLeastSize = 0.05, kMostSize = 10'000;

bool is_sound(const PdfGlyph& glyph) {
  const auto near = [](double value) { return std::abs(value) <= kFarthest; };
  return near(glyph.x) && near(glyph.y) && near(glyph.dx) && near(glyph.dy) &&
         glyph.size >= kLeastSize && glyph.size <= kMostSize;
}

}  // namespace

PdfMatrix PdfMatrix::operator*(const PdfMatrix& then) const {
  return {a * then.a + b * then.c,          a * then.b + b * then.d,
          c * then.a + d * then.c,          c * then.b + d * then.d,
          e * then.a + f * then.c + then.e, e * then.b + f * then.d + then.f};
}

void PdfTextCursor::next_line(double tx, double ty) {
  line_ = PdfMatrix{1, 0, 0, 1, tx, ty} * line_;
  text_ = line_;
}

void PdfTextCursor::show(const PdfGraphicsState& state, std::string_view bytes) {
  if (!state.font) return;
  std::string buffer;
  while (!bytes.empty()) {
    const PdfChar letter = state.font->next(bytes, buffer);
    bytes.remove_prefix(std::min(letter.bytes, bytes.size()));
    add(state, letter);
    const double spacing = state.char_spacing + (letter.is_space ? state.word_spacing : 0);
    if (state.font->vertical()) {
      move(0, -(letter.advance * state.size) + spacing);
    } else {
      move((letter.advance * state.size + spacing) * state.scale, 0);
    }
  }
}

void PdfTextCursor::shift(const PdfGraphicsState& state, double thousandths) {
  const double by = -thousandths / 1000 * state.size;
  if (state.font && state.font->vertical()) {
    move(0, by);
  } else {
    move(by * state.scale, 0);
  }
}

void PdfTextCursor::add(const PdfGraphicsState& state, const PdfChar& letter) {
  const PdfMatrix at = text_ * state.matrix;
  const double size = state.size * state.font->em();
  PdfGlyph glyph;
  glyph.x = at.e + state.rise * at.c;
  glyph.y = at.f + state.rise * at.d;
  const bool vertical = state.font->vertical();
  const double along = letter.advance * state.size;
  glyph.dx = vertical ? -along * at.c : along * state.scale * at.a;
  glyph.dy = vertical ? -along * at.d : along * state.scale * at.b;
  glyph.size = static_cast<float>(std::abs(size) * std::hypot(at.c, at.d));
  glyph.bold = state.font->bold();
  glyph.mono = state.font->monospaced();
  if (!is_sound(glyph)) return;
  if (replacing_) {
    if (!replaced_any_) replaced_ = glyph;
    replaced_.dx = glyph.x + glyph.dx - replaced_.x;
    replaced_.dy = glyph.y + glyph.dy - replaced_.y;
    replaced_any_ = true;
    return;
  }
  if (letter.text.empty()) ++unknown_;
  if (!letter.text.empty()) place(glyph, letter.text);
}

void PdfTextCursor::place(PdfGlyph glyph, std::string_view text) {
  const double slack = glyph.size;
  if (glyph.x < -slack || glyph.y < -slack || glyph.x > width_ + slack ||
      glyph.y > height_ + slack) {
    return;
  }
  if (out_.glyphs.size() >= kMaxPdfGlyphsOnPage) {
    crowded_ = true;
    return;
  }
  glyph.begin = static_cast<std::uint32_t>(out_.text.size());
  out_.text += text;
  glyph.end = static_cast<std::uint32_t>(out_.text.size());
  out_.glyphs.push_back(glyph);
}

void PdfTextCursor::begin_replacement(std::string text) {
  replacing_ = true;
  replaced_any_ = false;
  replacement_ = std::move(text);
}

void PdfTextCursor::end_replacement() {
  if (replacing_ && replaced_any_ && !replacement_.empty()) place(replaced_, replacement_);
  replacing_ = false;
}

}  // namespace vecstore
