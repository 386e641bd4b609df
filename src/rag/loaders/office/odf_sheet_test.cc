#include "rag/loaders/office/odf_sheet.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

struct Written {
  Result<OdfSheetRead> read = OdfSheetRead();
  Document document = {};
};

Written write(const std::string& rows, LoadLimits limits = {}) {
  OfficeText text;
  LoadBudget budget(limits);
  const XmlTree tree = XmlTree::parse("<table>" + rows + "</table>", XmlSpace::kKeep).value();
  Written out;
  out.read = write_odf_sheet(tree.root(), budget, text);
  out.document.place = "row";
  EXPECT_TRUE(text.finish(out.document).ok());
  return out;
}

std::string cell(const std::string& text, const std::string& attributes = {}) {
  return "<table:table-cell " + attributes + "><text:p>" + text + "</text:p></table:table-cell>";
}

std::string row(const std::string& cells, const std::string& attributes = {}) {
  return "<table:table-row " + attributes + ">" + cells + "</table:table-row>\n";
}

TEST(OdfSheet, cells_show_what_they_show_and_dates_are_iso_8601) {
  const Written out =
      write("<table:table-header-rows>" + row(cell("Name") + cell("Born")) +
            "</table:table-header-rows>" +
            row(cell("Ada <text:span>L.</text:span>") +
                cell("10.12.1815", "office:value-type='date' office:date-value='1815-12-10'")) +
            row("<table:table-cell table:number-columns-repeated='1024'/>",
                "table:number-rows-repeated='1048573'"));
  EXPECT_EQ(out.document.text, "Name | Born\nAda L. | 1815-12-10");
  EXPECT_EQ(out.document.places[1].number, 2);
}

TEST(OdfSheet, repeats_are_written_out_and_gaps_kept) {
  const Written out =
      write(row("<table:table-cell table:number-columns-repeated='2'/>" +
                    cell("x", "table:number-columns-repeated='2'") + "<table:covered-table-cell/>" +
                    cell("y"),
                "table:number-rows-repeated='2'") +
            row("<table:table-cell/>", "table:number-rows-repeated='3'") + row(cell("z")));
  EXPECT_EQ(out.document.text, "| | x | x | | y\n| | x | x | | y\nz");
  EXPECT_EQ(out.document.places.back().number, 6);
}

TEST(OdfSheet, repeats_without_end_are_cut_and_count) {
  const std::string many = "table:number-rows-repeated='1000000000000'";
  EXPECT_EQ(write(row(cell("x"), many)).document.places.size(), 1000U);
  EXPECT_TRUE(write(row(cell("x"), many)).read->repeats_cut);
  EXPECT_EQ(write(row(cell(std::string(1000, 'x'), "table:number-columns-repeated='900'"), many),
                  {.unpacked_bytes = 1'000'000})
                .read.status()
                .code(),
            Code::kResourceExhausted);
}

TEST(OdfSheet, comments_are_counted_and_left_out) {
  const Written out =
      write(row(cell("a<office:annotation><text:p>n</text:p></office:annotation>") +
                "<table:table-cell><office:annotation><text:p>n</text:p></office:annotation>"
                "</table:table-cell>"));
  EXPECT_EQ(out.document.text, "a");
  EXPECT_EQ(out.read->annotations, 2U);
}

}  // namespace
}  // namespace vecstore
