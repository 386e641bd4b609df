#include "rag/loaders/office/docx_numbering.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

std::string level(int number, const std::string& format, const std::string& text) {
  return "<w:lvl w:ilvl='" + std::to_string(number) + "'><w:start w:val='1'/><w:numFmt w:val='" +
         format + "'/><w:lvlText w:val='" + text + "'/></w:lvl>";
}

DocxNumbering numbering(const std::string& levels, const std::string& overrides = {}) {
  const std::string xml = "<w:numbering><w:abstractNum w:abstractNumId='5'>" + levels +
                          "</w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='5'/></w:num>"
                          "<w:num w:numId='2'><w:abstractNumId w:val='5'/>" +
                          overrides + "</w:num></w:numbering>";
  return DocxNumbering(XmlTree::parse(xml).value().root());
}

TEST(DocxNumbering, levels_count_and_begin_anew_below_a_higher_one) {
  DocxNumbering lists = numbering(level(0, "decimal", "%1.") + level(1, "lowerLetter", "%1.%2)"));
  EXPECT_EQ(lists.next("1", 0), "1. ");
  EXPECT_EQ(lists.next("1", 1), "1.a) ");
  EXPECT_EQ(lists.next("1", 1), "1.b) ");
  EXPECT_EQ(lists.next("1", 0), "2. ");
  EXPECT_EQ(lists.next("1", 1), "2.a) ");
}

TEST(DocxNumbering, lists_of_one_kind_go_on_unless_one_restarts) {
  const std::string restart =
      "<w:lvlOverride w:ilvl='0'><w:startOverride w:val='7'/></w:lvlOverride>";
  DocxNumbering lists = numbering(level(0, "upperRoman", "%1."), restart);
  EXPECT_EQ(lists.next("1", 0), "I. ");
  EXPECT_EQ(lists.next("2", 0), "VII. ");
  EXPECT_EQ(lists.next("2", 0), "VIII. ");
}

TEST(DocxNumbering, a_list_may_have_levels_of_its_own) {
  DocxNumbering lists =
      numbering(level(0, "decimal", "%1."),
                "<w:lvlOverride w:ilvl='0'>" + level(0, "bullet", "*") + "</w:lvlOverride>");
  EXPECT_EQ(lists.next("1", 0), "1. ");
  EXPECT_EQ(lists.next("2", 0), "- ");
}

TEST(DocxNumbering, bullets_are_dashes_and_what_is_unknown_has_no_mark) {
  DocxNumbering lists = numbering(level(0, "bullet", "\uf0b7") + level(1, "none", ""));
  EXPECT_EQ(lists.next("1", 0), "- ");
  EXPECT_EQ(lists.next("1", 1), "");
  EXPECT_EQ(lists.next("0", 0), "");
  EXPECT_EQ(lists.next("1", 9), "");
  EXPECT_EQ(lists.next("1", -1), "");
}

TEST(DocxNumbering, marks_beyond_measure_are_dashes) {
  DocxNumbering lists = numbering(level(0, "decimal", std::string(1000, 'x')));
  EXPECT_EQ(lists.next("1", 0), "- ");
}

TEST(FormatNumber, numbers_are_written_as_asked) {
  EXPECT_EQ(format_number(1994, "upperRoman"), "MCMXCIV");
  EXPECT_EQ(format_number(4, "lowerRoman"), "iv");
  EXPECT_EQ(format_number(26, "lowerLetter"), "z");
  EXPECT_EQ(format_number(28, "upperLetter"), "BB");
  EXPECT_EQ(format_number(5, "decimalZero"), "05");
  EXPECT_EQ(format_number(1'000'000'000, "lowerRoman"), "1000000000");
  EXPECT_EQ(format_number(0, "lowerLetter"), "0");
}

}  // namespace
}  // namespace vecstore
