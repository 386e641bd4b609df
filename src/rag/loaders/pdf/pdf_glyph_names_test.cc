#include "rag/loaders/pdf/pdf_glyph_names.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

TEST(PdfGlyphNames, names_of_the_list_are_known) {
  EXPECT_EQ(unicode_of_glyph_name("A"), "A");
  EXPECT_EQ(unicode_of_glyph_name("eacute"), "é");
  EXPECT_EQ(unicode_of_glyph_name("quoteright"), "’");
  EXPECT_EQ(unicode_of_glyph_name("afii10017"), "А");
  EXPECT_EQ(unicode_of_glyph_name("zero"), "0");
  EXPECT_EQ(unicode_of_glyph_name("Asmall"), "A");
  EXPECT_EQ(unicode_of_glyph_name("oneoldstyle"), "1");
}

TEST(PdfGlyphNames, codes_parts_and_variants_are_understood) {
  EXPECT_EQ(unicode_of_glyph_name("uni20AC"), "€");
  EXPECT_EQ(unicode_of_glyph_name("uni00410042"), "AB");
  EXPECT_EQ(unicode_of_glyph_name("u1F600"), "\U0001F600");
  EXPECT_EQ(unicode_of_glyph_name("f_f_i"), "ffi");
  EXPECT_EQ(unicode_of_glyph_name("a.sc"), "a");
}

TEST(PdfGlyphNames, names_that_say_nothing_are_empty) {
  for (const char* name : {"", ".notdef", "g23", "uniD800", "uni12", "u110000", "f_zzz", "_"}) {
    EXPECT_EQ(unicode_of_glyph_name(name), "") << name;
  }
  EXPECT_EQ(unicode_of_glyph_name(std::string(1000, 'a')), "");
}

}  // namespace
}  // namespace vecstore
