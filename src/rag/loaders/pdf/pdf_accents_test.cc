#include "rag/loaders/pdf/pdf_accents.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

TEST(PdfAccents, an_accent_alone_is_a_mark) {
  EXPECT_EQ(combining_mark("´"), 0x301u);
  EXPECT_EQ(combining_mark("\u0308"), 0x308u);
  EXPECT_EQ(combining_mark("˝"), 0x30Bu);
  for (const char* text : {"", "e", "´´", "´e", "-"}) EXPECT_EQ(combining_mark(text), 0u) << text;
}

TEST(PdfAccents, letters_are_composed_where_unicode_has_them_so) {
  EXPECT_EQ(accented("e", 0x301), "é");
  EXPECT_EQ(accented("ı", 0x301), "í");
  EXPECT_EQ(accented("o", 0x30B), "ő");
  EXPECT_EQ(accented("fi", 0x301), "f\u0301i");
  EXPECT_EQ(accented("", 0x301), "");
}

}  // namespace
}  // namespace vecstore
