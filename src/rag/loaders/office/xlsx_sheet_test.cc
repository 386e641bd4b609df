#include "rag/loaders/office/xlsx_sheet.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

Document write(const std::string& sheet, const XlsxShared& shared = {}, LoadLimits limits = {}) {
  OfficeText text;
  LoadBudget budget(limits);
  const XmlTree tree = XmlTree::parse("<worksheet>" + sheet + "</worksheet>").value();
  EXPECT_TRUE(write_sheet(tree.root(), shared, budget, text).ok());
  Document document;
  document.place = "row";
  EXPECT_TRUE(text.finish(document).ok());
  return document;
}

TEST(XlsxSheet, cells_show_their_values) {
  XlsxShared shared;
  shared.strings = {"Name", "two\nlines"};
  shared.formats = {NumberFormat::kGeneral, NumberFormat::kDate};
  EXPECT_EQ(write("<sheetData><row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>1</v></c>"
                  "</row><row r='2'><c r='A2' t='inlineStr'><is><r><t>in</t></r><r><t>line</t></r>"
                  "<rPh><t>no</t></rPh></is></c><c r='B2'><v>0.30000000000000004</v></c>"
                  "<c r='C2' s='1'><v>45322</v></c><c r='D2' t='b'><v>1</v></c><c r='E2' t='e'>"
                  "<v>#N/A</v></c><c r='F2' t='str'><f>A1&amp;B1</f><v>joined</v></c></row>"
                  "</sheetData>",
                  shared)
                .text,
            "Name | two lines\ninline | 0.3 | 2024-01-31 | TRUE | #N/A | joined");
}

TEST(XlsxSheet, gaps_and_empty_rows_keep_columns_and_rows_apart) {
  const Document document = write(
      "<dimension ref='B2:E9'/><sheetData><row r='2'><c r='B2'><v>1</v></c><c r='D2'><v>2</v>"
      "</c></row><row r='3'><c r='B3'/></row><row r='9'><c r='C9'><v>3</v></c></row>"
      "<row><c><v>4</v></c><c><v>5</v></c></row></sheetData>");
  EXPECT_EQ(document.text, "1 | | 2\n| 3\n4 | 5");
  ASSERT_EQ(document.places.size(), 3U);
  EXPECT_EQ(document.places[1].number, 9);
  EXPECT_EQ(document.places[1].begin, document.text.find("| 3"));
  EXPECT_EQ(document.places[2].number, 10);
}

TEST(XlsxSheet, far_columns_are_not_a_mile_of_bars) {
  EXPECT_LT(write("<sheetData><row><c r='XFD1'><v>1</v></c></row></sheetData>").text.size(), 50U);
}

TEST(XlsxSheet, a_string_in_every_cell_counts_every_time) {
  XlsxShared shared;
  shared.strings = {std::string(1000, 'x')};
  OfficeText text;
  LoadBudget budget({.unpacked_bytes = 10'000});
  std::string cells;
  for (int i = 0; i < 11; ++i) cells += "<c t='s'><v>0</v></c>";
  const XmlTree tree =
      XmlTree::parse("<w><sheetData><row>" + cells + "</row></sheetData></w>").value();
  EXPECT_EQ(write_sheet(tree.root(), shared, budget, text).code(), Code::kResourceExhausted);
}

TEST(XlsxSheet, indexes_that_lead_nowhere_are_empty_cells) {
  EXPECT_EQ(write("<sheetData><row r='-5'><c t='s'><v>9</v></c><c t='s'><v>-1</v></c><c s='-1'>"
                  "<v>1</v></c><c s='99999999999999999999'><v>2</v></c><c><v>x</v></c></row>"
                  "</sheetData>")
                .text,
            "| | 1 | 2 | x");
}

TEST(XlsxShared, formats_are_found_by_style) {
  XlsxShared shared;
  shared.read_formats(
      XmlTree::parse("<styleSheet><numFmts><numFmt numFmtId='164' formatCode='dd.mm.yyyy'/>"
                     "</numFmts><cellStyleXfs><xf numFmtId='9'/></cellStyleXfs><cellXfs>"
                     "<xf numFmtId='0'/><xf numFmtId='164'/><xf numFmtId='22'/></cellXfs>"
                     "</styleSheet>")
          .value()
          .root());
  EXPECT_EQ(shared.formats,
            (std::vector{NumberFormat::kGeneral, NumberFormat::kDate, NumberFormat::kDateTime}));
}

TEST(ColumnOf, letters_are_columns) {
  EXPECT_EQ(column_of("A1"), 1);
  EXPECT_EQ(column_of("AA10"), 27);
  EXPECT_EQ(column_of("xfd1"), 16384);
  EXPECT_EQ(column_of("12"), 0);
  EXPECT_EQ(column_of("ABCD1"), 0);
  EXPECT_EQ(column_of(""), 0);
}

}  // namespace
}  // namespace vecstore
