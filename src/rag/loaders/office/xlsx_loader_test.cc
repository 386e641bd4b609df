#include "rag/loaders/office/xlsx_loader.h"

#include <gmock/gmock.h>

#include "rag/loaders/loader_registry.h"
#include "rag/loaders/office/test_office.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;

std::string sheet(const std::string& rows) {
  return "<worksheet><sheetData>" + rows + "</sheetData></worksheet>";
}

std::string xlsx(const std::string& sheets, const std::string& options = {}) {
  return make_package(
      "xl/workbook.xml",
      {{"xl/workbook.xml",
        "<workbook xmlns:r='r'>" + options + "<sheets>" + sheets + "</sheets></workbook>"},
       {"xl/_rels/workbook.xml.rels",
        relations(relation("r1", "worksheet", "worksheets/sheet1.xml") +
                  relation("r2", "worksheet", "/xl/worksheets/sheet2.xml") +
                  relation("r3", "chartsheet", "chartsheets/sheet1.xml") +
                  relation("r4", "sharedStrings", "sharedStrings.xml") +
                  relation("r5", "styles", "styles.xml"))},
       {"xl/sharedStrings.xml", "<sst><si><t>Name</t></si><si><t>Born</t></si></sst>"},
       {"xl/styles.xml", "<s><cellXfs><xf numFmtId='0'/><xf numFmtId='14'/></cellXfs></s>"},
       {"xl/worksheets/sheet1.xml",
        sheet("<row r='1'><c t='s'><v>0</v></c><c t='s'><v>1</v></c></row>"
              "<row r='2'><c t='str'><v>Ada</v></c><c s='1'><v>43860</v></c></row>")},
       {"xl/worksheets/_rels/sheet1.xml.rels", relations(relation("c", "comments", "../c.xml"))},
       {"xl/worksheets/sheet2.xml", sheet("<row r='5'><c><v>7</v></c></row>")}},
      "<dc:title>People</dc:title>");
}

std::vector<Document> load(const std::string& file) {
  auto documents = LoaderRegistry().load({file, "a.xlsx"});
  EXPECT_TRUE(documents.ok()) << documents.status().to_string();
  return std::move(documents).value();
}

constexpr const char* kSheets =
    "<sheet name='One' sheetId='1' r:id='r1'/><sheet name='Two' sheetId='2' r:id='r2'/>";

TEST(XlsxLoader, each_sheet_is_a_document_with_its_rows_as_places) {
  const auto documents = load(xlsx(kSheets));
  ASSERT_EQ(documents.size(), 2U);
  EXPECT_EQ(documents[0].text, "Name | Born\nAda | 2020-01-30");
  EXPECT_EQ(documents[0].metadata, (Metadata{{"title", "People"}, {"sheet", "One"}}));
  EXPECT_EQ(documents[0].place, "row");
  EXPECT_EQ(documents[0].places[1].number, 2);
  EXPECT_THAT(documents[0].remarks, ElementsAre("sheet 'One' has comments, which were left out"));
  EXPECT_EQ(documents[1].text, "7");
  EXPECT_EQ(documents[1].places[0].number, 5);
}

TEST(XlsxLoader, the_workbook_says_from_when_days_count) {
  EXPECT_EQ(load(xlsx(kSheets, "<workbookPr date1904='1'/>"))[0].text,
            "Name | Born\nAda | 2024-01-31");
}

TEST(XlsxLoader, hidden_sheets_are_a_remark_and_repeated_ones_are_read_once) {
  const auto documents =
      load(xlsx("<sheet name='Two' r:id='r2'/><sheet name='Two' r:id='r2'/>"
                "<sheet name='One' state='hidden' r:id='r1'/><sheet name='Chart' r:id='r3'/>"));
  ASSERT_EQ(documents.size(), 1U);
  EXPECT_THAT(documents[0].remarks, ElementsAre("sheet 'One' is hidden and was left out"));
}

TEST(XlsxLoader, a_workbook_without_cells_is_an_empty_document) {
  const auto documents = load(xlsx(""));
  ASSERT_EQ(documents.size(), 1U);
  EXPECT_EQ(documents[0].text, "");
}

TEST(XlsxLoader, a_file_without_its_ending_is_recognised) {
  EXPECT_EQ(LoaderRegistry().choose({xlsx(kSheets), "table"}).name(), "xlsx");
}

TEST(XlsxLoader, files_that_are_none_are_errors) {
  EXPECT_EQ(XlsxLoader().load({"text"}).status().code(), Code::kUnimplemented);
  EXPECT_EQ(XlsxLoader().load({make_package("xl/workbook.xml", {})}).status().message(),
            "xl/workbook.xml: no such part");
}

}  // namespace
}  // namespace vecstore
