#include "rag/loaders/pdf/pdf_encoding.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

TEST(PdfEncoding, the_named_encodings_differ_where_they_should) {
  for (const PdfEncoding any :
       {PdfEncoding::kStandard, PdfEncoding::kWinAnsi, PdfEncoding::kMacRoman}) {
    for (unsigned char c = 'A'; c <= 'z'; ++c) {
      if (c == '`') continue;
      EXPECT_EQ(unicode_of_code(any, c), char32_t{c});
    }
  }
  EXPECT_EQ(unicode_of_code(PdfEncoding::kStandard, '\''), 0x2019u);
  EXPECT_EQ(unicode_of_code(PdfEncoding::kWinAnsi, 0x80), 0x20ACu);
  EXPECT_EQ(unicode_of_code(PdfEncoding::kWinAnsi, 0xE9), U'é');
  EXPECT_EQ(unicode_of_code(PdfEncoding::kMacRoman, 0x8E), U'é');
  EXPECT_EQ(unicode_of_code(PdfEncoding::kSymbol, 'a'), U'α');
  EXPECT_EQ(unicode_of_code(PdfEncoding::kStandard, 0x80), 0u);
}

TEST(PdfEncoding, names_of_encodings_are_known) {
  EXPECT_EQ(encoding_of_name("WinAnsiEncoding", PdfEncoding::kStandard), PdfEncoding::kWinAnsi);
  EXPECT_EQ(encoding_of_name("MacRomanEncoding", PdfEncoding::kStandard), PdfEncoding::kMacRoman);
  EXPECT_EQ(encoding_of_name("Other", PdfEncoding::kSymbol), PdfEncoding::kSymbol);
}

TEST(PdfEncoding, widths_of_standard_fonts_are_those_of_adobe) {
  EXPECT_EQ(width_of_standard_font("Helvetica", 'A'), 667);
  EXPECT_EQ(width_of_standard_font("Helvetica-Bold", 'A'), 722);
  EXPECT_EQ(width_of_standard_font("Times-Roman", ' '), 250);
  EXPECT_EQ(width_of_standard_font("Courier-Oblique", 'i'), 600);
}

TEST(PdfEncoding, text_strings_are_utf16_utf8_or_of_their_own_kind) {
  EXPECT_EQ(decode_pdf_string(std::string_view("\xfe\xff\0A\x20\xac\xd8\x3d\xde\x00", 10)),
            "A€\U0001F600");
  EXPECT_EQ(decode_pdf_string(std::string_view("\xff\xfe"
                                               "A\0\xac\x20x",
                                               7)),
            "A€");
  EXPECT_EQ(decode_pdf_string("\xef\xbb\xbf"
                              "caf\xc3\xa9"),
            "café");
  EXPECT_EQ(decode_pdf_string("caf\xe9 \x80\xa0\x1f"), "café •€˜");
  EXPECT_EQ(decode_utf16be(std::string_view("\xd8\x3d\0A\xdc\0", 6)), "\uFFFDA\uFFFD");
}

}  // namespace
}  // namespace vecstore
