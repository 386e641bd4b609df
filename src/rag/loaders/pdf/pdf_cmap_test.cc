#include "rag/loaders/pdf/pdf_cmap.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

std::string text(const PdfCMap& map, std::uint32_t code) {
  std::string buffer;
  const std::string* found = map.unicode(code, buffer);
  return found ? *found : "none";
}

TEST(PdfCMap, chars_ranges_and_lists_are_read) {
  const PdfCMap map = PdfCMap::parse(
      "1 begincodespacerange <00> <7F> <8000> <FFFF> endcodespacerange\n"
      "2 beginbfchar <01> <0041> <02> <D83DDE00> endbfchar\n"
      "2 beginbfrange <10> <12> <0061> <8001> <8003> [<0066> <00660069> <0067>] endbfrange");
  EXPECT_EQ(text(map, 1), "A");
  EXPECT_EQ(text(map, 2), "\U0001F600");
  EXPECT_EQ(text(map, 0x12), "c");
  EXPECT_EQ(text(map, 0x13), "none");
  EXPECT_EQ(text(map, 0x8002), "fi");
  EXPECT_TRUE(map.has_unicode());
}

TEST(PdfCMap, codes_are_cut_by_the_code_spaces) {
  const PdfCMap map =
      PdfCMap::parse("begincodespacerange <00> <7F> <8000> <FFFF> endcodespacerange");
  EXPECT_EQ(map.next("a").bytes, 1u);
  EXPECT_EQ(map.next("\x81\x40z").bytes, 2u);
  EXPECT_EQ(map.next("\x81\x40z").value, 0x8140u);
  EXPECT_EQ(map.next("\x81").bytes, 1u);  // cut off
  EXPECT_EQ(PdfCMap::identity().next("abc").value, 0x6162u);
  EXPECT_EQ(PdfCMap::identity().glyph(0x6162), 0x6162u);
}

TEST(PdfCMap, glyph_numbers_and_the_direction_are_read) {
  const PdfCMap map = PdfCMap::parse(
      "/WMode 1 def begincidrange <20> <7e> 100 endcidrange begincidchar <80> 7 endcidchar");
  EXPECT_TRUE(map.vertical());
  EXPECT_EQ(map.glyph(0x21), 101u);
  EXPECT_EQ(map.glyph(0x80), 7u);
  EXPECT_EQ(map.glyph(0x90), 0u);
}

TEST(PdfCMap, a_text_of_one_code_has_a_bound) {
  std::string longest(100'000, '0');
  const PdfCMap map = PdfCMap::parse("beginbfchar <01> <" + longest + "> endbfchar");
  EXPECT_LE(text(map, 1).size(), 100u);
}

TEST(PdfCMap, damage_is_left_out) {
  for (const char* bytes :
       {"beginbfchar <01>", "beginbfrange <01> <02> [<41>", "beginbfrange <05> <01> <41>",
        "begincodespacerange <> <>", "beginbfchar 1 2 3"}) {
    const PdfCMap map = PdfCMap::parse(bytes);
    EXPECT_EQ(map.next("x").bytes, 1u) << bytes;
    EXPECT_EQ(text(map, 5), "none") << bytes;
  }
}

}  // namespace
}  // namespace vecstore
