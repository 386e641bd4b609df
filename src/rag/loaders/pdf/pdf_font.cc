#include "rag/loaders/pdf/pdf_font.h"

#include <algorithm>
#include <cmath>

#include "base/utf8.h"
#include "rag/loaders/pdf/pdf_encoding.h"
#include "rag/loaders/pdf/pdf_glyph_names.h"
#include "rag/loaders/pdf/pdf_lexer.h"

namespace vecstore {
namespace {

constexpr std::size_t kMostWidths = 200'000;
constexpr double kMostWidth = 20;  // of size 1; more is damage

double width_of(double thousandths) {
  const double width = thousandths / 1000;
  return width >= -kMostWidth && width <= kMostWidth ? width : 0;
}

bool has_any(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::ranges::any_of(parts, [&](auto part) { return text.find(part) != text.npos; });
}

// The encoding that a Type 1 program brings: "dup 65 /A put" in its readable part.
void read_type1_names(std::string_view program, std::array<std::string, 256>& texts) {
  program = program.substr(0, program.find("eexec"));
  const std::size_t at = program.find("/Encoding");
  if (at == program.npos) return;
  PdfLexer lexer(program.substr(at + 9));
  double code = -1;
  for (PdfToken token = lexer.next(); token.kind != PdfToken::Kind::kEnd; token = lexer.next()) {
    if (token.is("def") || token.is("readonly")) return;
    if (token.kind == PdfToken::Kind::kNumber) code = token.number;
    if (token.kind != PdfToken::Kind::kName || code < 0 || code > 255) continue;
    std::string text = unicode_of_glyph_name(token.text);
    if (!text.empty()) texts[static_cast<std::size_t>(code)] = spell_out(text);
    code = -1;
  }
}

// Fonts made of pictures number their glyphs: "a65", "g65", "C0065" are the code in most of them.
std::string text_of_numbered_name(std::string_view name) {
  const std::size_t digits = name.find_first_of("0123456789");
  if (digits == name.npos || digits > 2 || name.size() - digits > 4) return {};
  int code = 0;
  for (const char c : name.substr(digits)) {
    if (c < '0' || c > '9') return {};
    code = code * 10 + (c - '0');
  }
  return code > 32 && code < 127 ? std::string(1, static_cast<char>(code)) : std::string();
}

}  // namespace

std::string spell_out(std::string_view text) {
  static constexpr std::array<std::string_view, 7> kLigatures = {"ff",  "fi", "fl", "ffi",
                                                                 "ffl", "st", "st"};
  std::string out;
  for (; !text.empty(); text.remove_prefix(decode_utf8(text).size)) {
    const char32_t code = decode_utf8(text).value;
    if (code >= 0xFB00 && code <= 0xFB06) {
      out += kLigatures[code - 0xFB00];
    } else if (code == 0xA0 || code == '\t') {
      out += ' ';
    } else if (code >= 0x20 && (code < 0x7f || code > 0x9f) && code != 0xFEFF && code != 0xFFFE) {
      append_utf8(out, code);
    }
  }
  return out;
}

PdfFont PdfFont::load(const PdfFile& file, const PdfObject& dict) {
  PdfFont font;
  font.composite_ = dict.get("Subtype").name() == "Type0";
  if (const PdfObject map = dict.get("ToUnicode"); map.kind() == PdfObject::Kind::kStream) {
    const Result<std::string> bytes = file.stream_bytes(map);
    if (bytes.ok()) font.to_unicode_ = PdfCMap::parse(*bytes);
    if (font.to_unicode_ && !font.to_unicode_->has_unicode()) font.to_unicode_.reset();
  }
  if (font.composite_) {
    font.load_composite(file, dict);
  } else {
    font.load_simple(file, dict);
  }
  return font;
}

void PdfFont::read_style(const PdfObject& dict, const PdfObject& descriptor) {
  constexpr int kFixedPitch = 1, kForceBold = 1 << 18;
  name_ = dict.get("BaseFont").name();
  const int flags = descriptor.get("Flags").integer();
  bold_ = (flags & kForceBold) != 0 || descriptor.get("FontWeight").integer() >= 600 ||
          has_any(name_, {"Bold", "bold", "Black", "Heavy", "Demi", "CMBX", "CMSSBX", "SFBX"});
  mono_ = (flags & kFixedPitch) != 0 ||
          has_any(name_, {"Courier", "Mono", "mono", "CMTT", "SFTT", "Consolas", "Typewriter"});
}

void PdfFont::load_simple(const PdfFile& file, const PdfObject& dict) {
  const PdfObject descriptor = dict.get("FontDescriptor");
  read_style(dict, descriptor);
  read_names(file, dict, descriptor);
  const PdfObject widths = dict.get("Widths");
  const bool standard = widths.size() == 0;
  const double missing = width_of(descriptor.get("MissingWidth").number());
  for (std::size_t code = 0; code < 256; ++code) {
    widths_[code] = standard
                        ? width_of_standard_font(name_, static_cast<unsigned char>(code)) / 1000.0
                        : missing;
  }
  const int first = dict.get("FirstChar").integer();
  for (std::size_t i = 0; i < std::min<std::size_t>(widths.size(), 256); ++i) {
    const std::int64_t code = std::int64_t{first} + static_cast<std::int64_t>(i);
    if (code < 0 || code > 255) continue;
    widths_[static_cast<std::size_t>(code)] = width_of(widths.at(i).number());
  }
  if (dict.get("Subtype").name() == "Type3") read_drawn(dict);
}

void PdfFont::read_drawn(const PdfObject& dict) {
  const PdfObject matrix = dict.get("FontMatrix"), box = dict.get("FontBBox");
  const double across = matrix.at(0).number(0.001), up = std::abs(matrix.at(3).number(0.001));
  for (double& width : widths_) {
    width *= 1000 * std::abs(across);
    if (!(std::abs(width) <= kMostWidth * 100)) width = 0;
  }
  const double height = std::abs(box.at(3).number() - box.at(1).number()) * up;
  if (height > 0.001 && height < 1000 && (height < 0.3 || height > 3)) em_ = height;
}

void PdfFont::read_names(const PdfFile& file, const PdfObject& dict, const PdfObject& descriptor) {
  constexpr int kSymbolic = 4;
  const PdfObject encoding = dict.get("Encoding");
  const std::string base = encoding.kind() == PdfObject::Kind::kName
                               ? encoding.name()
                               : encoding.get("BaseEncoding").name();
  const bool true_type = dict.get("Subtype").name() == "TrueType";
  const bool symbol = has_any(name_, {"Symbol"}) && descriptor.is_null();
  PdfEncoding otherwise = symbol                         ? PdfEncoding::kSymbol
                          : has_any(name_, {"Dingbats"}) ? PdfEncoding::kDingbats
                          : true_type                    ? PdfEncoding::kWinAnsi
                                                         : PdfEncoding::kStandard;
  const bool symbolic = (descriptor.get("Flags").integer() & kSymbolic) != 0;
  const PdfObject program = descriptor.get("FontFile");
  const bool own = base.empty() && program.kind() == PdfObject::Kind::kStream;
  if (!own || !symbolic) {
    const PdfEncoding table = encoding_of_name(base, otherwise);
    for (std::size_t code = 0; code < 256; ++code) {
      const char32_t meant = unicode_of_code(table, static_cast<unsigned char>(code));
      std::string text;
      if (meant != 0) append_utf8(text, meant);
      texts_[code] = spell_out(text);
    }
  }
  if (own) {
    const Result<std::string> bytes = file.stream_bytes(program);
    if (bytes.ok()) read_type1_names(*bytes, texts_);
  }
  read_differences(encoding.get("Differences"));
}

void PdfFont::read_differences(const PdfObject& differences) {
  std::int64_t code = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(differences.size(), 2048); ++i) {
    const PdfObject item = differences.at(i);
    if (item.kind() == PdfObject::Kind::kNumber) {
      code = item.integer();
    } else if (item.kind() == PdfObject::Kind::kName) {
      if (code >= 0 && code < 256) {
        const std::string name = item.name();
        std::string text = unicode_of_glyph_name(name);
        if (text.empty()) text = text_of_numbered_name(name);
        texts_[static_cast<std::size_t>(code)] = spell_out(text);
      }
      ++code;
    }
  }
}

void PdfFont::load_composite(const PdfFile& file, const PdfObject& dict) {
  const PdfObject inner = dict.get("DescendantFonts").at(0);
  read_style(dict, inner.get("FontDescriptor"));
  const PdfObject encoding = dict.get("Encoding");
  if (encoding.kind() == PdfObject::Kind::kStream) {
    const Result<std::string> bytes = file.stream_bytes(encoding);
    codes_ = bytes.ok() ? PdfCMap::parse(*bytes) : PdfCMap::identity();
    vertical_ = codes_.vertical();
  } else {
    const std::string name = encoding.name();
    codes_ = PdfCMap::identity();
    vertical_ = name.ends_with("-V");
    codes_are_utf16_ = name.starts_with("Uni") && has_any(name, {"UCS2", "UTF16"});
  }
  default_width_ = width_of(inner.get("DW").number(1000));
  vertical_advance_ = std::abs(width_of(inner.get("DW2").at(1).number(-1000)));
  read_wide_widths(inner.get("W"));
}

void PdfFont::read_wide_widths(const PdfObject& widths) {
  const std::size_t size = std::min(widths.size(), kMostWidths);
  for (std::size_t i = 0; i + 1 < size;) {
    const auto first = static_cast<std::uint32_t>(std::max(0, widths.at(i).integer()));
    const PdfObject second = widths.at(i + 1);
    if (second.kind() == PdfObject::Kind::kArray) {
      const std::size_t count = std::min(second.size(), kMostWidths);
      for (std::size_t j = 0; j < count && wide_widths_.size() < kMostWidths; ++j) {
        wide_widths_[first + static_cast<std::uint32_t>(j)] = width_of(second.at(j).number());
      }
      i += 2;
    } else {
      const auto last = static_cast<std::uint32_t>(std::max(0, second.integer()));
      if (i + 2 < size) width_ranges_.push_back({first, last, width_of(widths.at(i + 2).number())});
      i += 3;
    }
  }
  std::ranges::stable_sort(width_ranges_, {}, &WidthRange::low);
}

PdfChar PdfFont::next(std::string_view bytes, std::string& buffer) const {
  if (composite_) return next_wide(bytes, buffer);
  const auto code = static_cast<unsigned char>(bytes[0]);
  PdfChar out{texts_[code], widths_[code], 1, code == 32};
  if (to_unicode_) {
    std::string spare;
    if (const std::string* text = to_unicode_->unicode(code, spare)) {
      buffer = spell_out(*text);
      out.text = buffer;
    }
  }
  return out;
}

PdfChar PdfFont::next_wide(std::string_view bytes, std::string& buffer) const {
  const PdfCMap::Code code = codes_.next(bytes);
  const std::uint32_t glyph = codes_.glyph(code.value);
  PdfChar out{{}, default_width_, code.bytes, code.bytes == 1 && code.value == 32};
  if (const auto known = wide_widths_.find(glyph); known != wide_widths_.end()) {
    out.advance = known->second;
  } else if (auto after = std::ranges::upper_bound(width_ranges_, glyph, {}, &WidthRange::low);
             after != width_ranges_.begin() && glyph <= std::prev(after)->high) {
    out.advance = std::prev(after)->width;
  }
  if (vertical_) out.advance = vertical_advance_;
  std::string spare;
  const std::string* text = to_unicode_ ? to_unicode_->unicode(code.value, spare) : nullptr;
  if (text) {
    buffer = spell_out(*text);
  } else if (codes_are_utf16_ && code.bytes == 2) {
    buffer = spell_out(decode_utf16be(bytes.substr(0, 2)));
  } else {
    buffer.clear();
  }
  out.text = buffer;
  return out;
}

}  // namespace vecstore
