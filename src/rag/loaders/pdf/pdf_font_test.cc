#include "rag/loaders/pdf/pdf_font.h"

#include <gtest/gtest.h>

#include "rag/loaders/pdf/test_pdf.h"

namespace vecstore {
namespace {

Document shown(TestPdf& file, const std::string& font, const std::string& string) {
  file.add_page("BT /F1 10 Tf 20 150 Td " + string + " Tj ET", "/F1 " + font);
  return load_pdf(file);
}

std::string text_of(const std::string& font, const std::string& string) {
  TestPdf file;
  return shown(file, font, string).text;
}

TEST(PdfFont, encodings_and_their_differences_are_read) {
  EXPECT_EQ(text_of("<< /Subtype /Type1 /Encoding /MacRomanEncoding >>", "(caf\\216)"), "café");
  EXPECT_EQ(text_of("<< /Subtype /TrueType /Encoding /WinAnsiEncoding >>", "(\\200 5)"), "€ 5");
  EXPECT_EQ(
      text_of(
          "<< /Subtype /Type1 /Encoding << /Differences [65 /eacute /f_i 68 /uni20AC /fl] >> >>",
          "(ABCDE)"),
      "éfiC€fl");
  EXPECT_EQ(text_of("<< /Subtype /Type1 /BaseFont /Symbol >>", "(a)"), "α");
  EXPECT_EQ(text_of("<< /Subtype /Type1 /BaseFont /ZapfDingbats >>", "(4n)"), "✔■");
}

TEST(PdfFont, a_map_to_unicode_comes_before_all_else) {
  TestPdf file;
  const int map = file.add_stream("beginbfchar <41> <00660066> <42> <FB01> endbfchar");
  EXPECT_EQ(
      shown(file,
            "<< /Subtype /Type1 /Encoding /WinAnsiEncoding /ToUnicode " + TestPdf::ref(map) + " >>",
            "(ABC)")
          .text,
      "fffiC");
}

TEST(PdfFont, a_type_1_program_brings_its_encoding) {
  TestPdf file;
  const int program = file.add_stream(
      "%!PS-AdobeFont-1.0\n/Encoding 256 array\n0 1 255 {1 index exch /.notdef put} for\n"
      "dup 11 /ff put\ndup 65 /B put\nreadonly def\ncurrentfile eexec dup 66 /C put");
  const int descriptor = file.add("<< /Flags 4 /FontFile " + TestPdf::ref(program) + " >>");
  EXPECT_EQ(shown(file, "<< /Subtype /Type1 /FontDescriptor " + TestPdf::ref(descriptor) + " >>",
                  "(A\\013)")
                .text,
            "Bff");
}

TEST(PdfFont, composite_fonts_have_codes_of_two_bytes) {
  TestPdf file;
  const int map = file.add_stream(
      "begincodespacerange <0000> <FFFF> endcodespacerange beginbfrange <0003> <0005> <0061> "
      "endbfrange");
  const int inner = file.add("<< /Subtype /CIDFontType2 /DW 500 /W [3 [600] 4 5 400] >>");
  const Document document =
      shown(file,
            "<< /Subtype /Type0 /Encoding /Identity-H /DescendantFonts [" + TestPdf::ref(inner) +
                "] /ToUnicode " + TestPdf::ref(map) + " >>",
            "<000300040005>");
  EXPECT_EQ(document.text, "abc");
}

TEST(PdfFont, encodings_that_are_unicode_need_no_map) {
  EXPECT_EQ(
      text_of("<< /Subtype /Type0 /Encoding /UniJIS-UTF16-H /DescendantFonts [<< /DW 1000 >>] >>",
              "<65E5672C>"),
      "日本");
}

TEST(PdfFont, vertical_text_is_read_downwards_and_columns_from_the_right) {
  TestPdf file;
  const std::string font =
      "/F1 << /Subtype /Type0 /Encoding /UniJIS-UCS2-V /DescendantFonts [<< /DW 1000 >>] >>";
  file.add_page(
      "BT /F1 10 Tf 150 180 Td <4E004E8C4E09> Tj ET BT /F1 10 Tf 130 180 Td <56DB4E94> Tj ET",
      font);
  EXPECT_EQ(load_pdf(file).text, "一二三\n四五");
}

TEST(PdfFont, characters_without_a_meaning_are_counted) {
  TestPdf file;
  const Document document = shown(
      file, "<< /Subtype /Type0 /Encoding /Identity-H /DescendantFonts [<< >>] >>", "<00010002>");
  EXPECT_EQ(document.text, "");
  EXPECT_EQ(remarks_of(document),
            "2 characters left out: no font says what they mean\n1 page without any text\n");
}

TEST(PdfFont, fonts_of_drawings_have_widths_of_their_own_scale) {
  EXPECT_EQ(text_of("<< /Subtype /Type3 /FontMatrix [0.1 0 0 0.1 0 0] /FontBBox [0 0 10 10] "
                    "/FirstChar 97 /Widths [5 5 5] "
                    "/Encoding << /Differences [97 /a98 /b /c] >> >>",
                    "(abc)"),
            "bbc");
}

TEST(PdfFont, widths_say_where_words_end) {
  const std::string font =
      "<< /Subtype /Type1 /Encoding /WinAnsiEncoding /FirstChar 97 /Widths [500 500 500] >>";
  TestPdf file;
  file.add_page(
      "BT /F1 10 Tf 20 150 Td (ab) Tj 11 0 Td (c) Tj ET BT /F1 10 Tf 20 130 Td (ab) Tj 13 0 Td (c) "
      "Tj ET",
      "/F1 " + font);
  EXPECT_EQ(load_pdf(file).text, "abc\nab c");
}

TEST(PdfFont, damaged_fonts_are_read_as_far_as_they_go) {
  for (const char* font : {"<< >>", "5", "<< /Subtype /Type0 >>",
                           "<< /Subtype /Type1 /Widths 7 /FirstChar -9 /Encoding 8 >>",
                           "<< /Subtype /Type3 /FontMatrix [0 0] /Widths [(a)] >>",
                           "<< /Subtype /Type0 /DescendantFonts [<< /W [1 [2] 3] >>] >>",
                           "<< /Subtype /Type1 /Encoding << /Differences [999999999999 /a -5 /b "
                           "(c)] >> /ToUnicode 2 0 R >>"}) {
    (void)text_of(font, "(text)");
  }
}

TEST(PdfFont, ligatures_are_spelt_out) {
  EXPECT_EQ(spell_out("\uFB03x\uFB06"), "ffixst");
  EXPECT_EQ(spell_out(std::string_view("a\0b\x01\u00A0", 6)), "ab ");
}

}  // namespace
}  // namespace vecstore
