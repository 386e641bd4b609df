#include "rag/loaders/pdf/pdf_words.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "rag/loaders/pdf/pdf_accents.h"

namespace vecstore {
namespace {

int direction_of(const PdfGlyph& glyph) {
  if (std::abs(glyph.dx) >= std::abs(glyph.dy)) return glyph.dx >= 0 ? 0 : 2;
  return glyph.dy > 0 ? 1 : 3;
}

// The glyph in the coordinates of its direction.
PdfGlyph turned(PdfGlyph glyph, int direction) {
  for (; direction > 0; --direction) {  // a quarter clockwise
    std::swap(glyph.x, glyph.y);
    std::swap(glyph.dx, glyph.dy);
    glyph.y = -glyph.y;
    glyph.dy = -glyph.dy;
  }
  return glyph;
}

// Whether one stands over or under the other.
bool covers(const PdfGlyph& accent, const PdfGlyph& letter) {
  const double size = std::max(accent.size, letter.size);
  if (std::abs(accent.y - letter.y) > 0.5 * size) return false;
  if (accent.dx <= 0)
    return accent.x > letter.x - 0.1 * size && accent.x < letter.x + letter.dx + 0.1 * size;
  const double shared =
      std::min(accent.x + accent.dx, letter.x + letter.dx) - std::max(accent.x, letter.x);
  return shared >= 0.5 * std::min(accent.dx, letter.dx);
}

bool is_blank(std::string_view text) { return text.find_first_not_of(' ') == text.npos; }

class Builder {
 public:
  explicit Builder(std::vector<PdfSegment>& out) : out_(out) {}

  void add(const PdfGlyph& glyph, std::string_view text) {
    if (is_blank(text)) {
      put_accent();
      space_ = true;
      return;
    }
    const char32_t mark = combining_mark(text);
    if (mark != 0 && !accent_ && open_ && covers(glyph, last_)) {
      accent_last_letter(mark);
    } else if (mark != 0) {
      put_accent();
      accent_ = {glyph, std::string(text), mark};
    } else if (accent_ && covers(accent_->glyph, glyph)) {
      const char32_t under = accent_->mark;
      accent_.reset();
      add_letter(glyph, accented(text, under));
    } else {
      put_accent();
      add_letter(glyph, std::string(text));
    }
  }

  void finish() {
    put_accent();
    close_word();
    close_segment();
  }

 private:
  // An accent that waits for its letter: TeX writes it first.
  struct Accent {
    PdfGlyph glyph;
    std::string text;
    char32_t mark;
  };

  // An accent that stands alone.
  void put_accent() {
    if (!accent_) return;
    const Accent accent = *std::exchange(accent_, std::nullopt);
    add_letter(accent.glyph, accent.text);
  }

  void accent_last_letter(char32_t mark) {
    std::string& text = word_.text;
    std::size_t at = text.size() - 1;
    while (at > 0 && (text[at] & 0xC0) == 0x80) --at;
    text.replace(at, text.npos, accented(text.substr(at), mark));
  }

  void add_letter(const PdfGlyph& glyph, const std::string& text) {
    const double size = open_ ? std::max<double>(glyph.size, word_.size) : 0;
    const double gap = glyph.x - word_.x1, rise = std::abs(glyph.y - word_.y);
    const bool level = open_ && rise <= 0.15 * size;
    // Bold letters are sometimes the same letter written twice, a little apart.
    const bool again = level && std::abs(glyph.x - last_.x) < 0.12 * size && text == last_text_ &&
                       glyph.dx > 0.2 * size;
    last_ = glyph;
    last_text_ = text;
    if (again) return;
    if (level && !space_ && gap > -0.5 * size && gap <= kPdfWordGap * size) {
      extend(glyph, text);
      return;
    }
    const bool beside =
        open_ && rise <= 0.6 * size && gap > -0.5 * size && gap <= kPdfSegmentGap * size;
    const bool apart = space_ || gap > kPdfWordGap * size;
    close_word();
    if (!beside) close_segment();
    begin(glyph, text);
    word_.after_space = beside && apart;
  }

  void begin(const PdfGlyph& glyph, std::string_view text) {
    word_ = {std::string(text), glyph.x,    glyph.x + glyph.dx, glyph.y,
             glyph.size,        glyph.bold, glyph.mono};
    open_ = true;
    space_ = false;
  }

  void extend(const PdfGlyph& glyph, std::string_view text) {
    word_.text += text;
    word_.x1 = std::max(word_.x1, glyph.x + glyph.dx);
    word_.size = std::max<double>(word_.size, glyph.size);
  }

  // Or the same word.
  bool is_double() const {
    const auto same = [&](const PdfWord& other) {
      return std::abs(other.x0 - word_.x0) < 0.12 * word_.size &&
             std::abs(other.y - word_.y) < 0.12 * word_.size && other.text == word_.text;
    };
    const auto among = [&](const PdfSegment& segment) {
      const std::size_t from =
          segment.words.size() - std::min<std::size_t>(segment.words.size(), 64);
      return std::any_of(segment.words.begin() + static_cast<std::ptrdiff_t>(from),
                         segment.words.end(), same);
    };
    return among(segment_) || (!out_.empty() && among(out_.back()));
  }

  void close_word() {
    if (open_ && !is_double()) {
      const bool first = segment_.words.empty();
      if (first || word_.size > segment_.size) {
        segment_.y = word_.y;
        segment_.size = word_.size;
      }
      segment_.x0 = first ? word_.x0 : std::min(segment_.x0, word_.x0);
      segment_.x1 = first ? word_.x1 : std::max(segment_.x1, word_.x1);
      segment_.words.push_back(word_);
    }
    open_ = false;
  }

  void close_segment() {
    if (!segment_.words.empty()) out_.push_back(std::move(segment_));
    segment_ = {};
  }

  std::vector<PdfSegment>& out_;
  PdfSegment segment_;
  PdfWord word_;
  PdfGlyph last_;
  std::string last_text_;
  std::optional<Accent> accent_;
  bool open_ = false, space_ = false;
};

}  // namespace

std::array<std::vector<PdfSegment>, 4> find_segments(const PdfGlyphs& page) {
  std::array<std::vector<PdfSegment>, 4> out;
  std::array<Builder, 4> builders = {Builder(out[0]), Builder(out[1]), Builder(out[2]),
                                     Builder(out[3])};
  for (const PdfGlyph& glyph : page.glyphs) {
    const int direction = direction_of(glyph);
    builders[static_cast<std::size_t>(direction)].add(
        turned(glyph, direction),
        std::string_view(page.text).substr(glyph.begin, glyph.end - glyph.begin));
  }
  for (Builder& builder : builders) builder.finish();
  return out;
}

}  // namespace vecstore
