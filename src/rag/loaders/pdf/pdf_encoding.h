// The encodings that PDF knows by name, and the widths of the fonts that a file need not bring.
#pragma once

#include <string>
#include <string_view>

namespace vecstore {

enum class PdfEncoding { kStandard, kWinAnsi, kMacRoman, kSymbol, kDingbats };

// 0 where the encoding has nothing at that code.
char32_t unicode_of_code(PdfEncoding encoding, unsigned char code);

// "WinAnsiEncoding" and the like; `otherwise` for names unknown here.
PdfEncoding encoding_of_name(std::string_view name, PdfEncoding otherwise);

// Of a standard font (Helvetica, Times, Courier and what stands for them), in thousandths of its
// size. Beyond ASCII it is a typical width.
int width_of_standard_font(std::string_view font, unsigned char code);

// A text string of PDF: UTF-16 or UTF-8 with a byte order mark, else PDFDocEncoding. In UTF-8.
std::string decode_pdf_string(std::string_view bytes);

// UTF-16 big endian without a mark, as in character maps; broken pairs become U+FFFD.
std::string decode_utf16be(std::string_view bytes);

}  // namespace vecstore
