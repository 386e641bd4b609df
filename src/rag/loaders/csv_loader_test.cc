#include "rag/loaders/csv_loader.h"

#include <gtest/gtest.h>

#include "rag/loaders/json_document.h"

namespace vecstore {
namespace {

std::vector<Document> load(std::string_view file) {
  auto documents = CsvLoader().load({file, "a.csv"});
  EXPECT_TRUE(documents.ok()) << documents.status().to_string();
  return std::move(documents).value_or({});
}

std::string error(std::string_view file) {
  return CsvLoader().load({file, "a.csv"}).status().message();
}

TEST(CsvLoader, a_row_is_a_document_with_its_columns) {
  auto documents = load("name,year,score,open\nAnn,2024,1.5,true\n\"Bo\nb\",2025,2,false\n");
  ASSERT_EQ(documents.size(), 2u);
  EXPECT_EQ(documents[0].text, "name: Ann\nyear: 2024\nscore: 1.5\nopen: true");
  EXPECT_EQ(
      documents[0].metadata,
      (Metadata{{"name", "Ann"}, {"year", 2024}, {"score", 1.5}, {"open", true}, {"row", 2}}));
  EXPECT_EQ(documents[1].text, "name: Bo\nb\nyear: 2025\nscore: 2\nopen: false");
  EXPECT_EQ(*documents[1].metadata.find("score"), Value(2.0));
  EXPECT_EQ(documents[1].kind, "csv");
}

TEST(CsvLoader, a_column_keeps_one_type) {
  auto documents = load("zip;n\n007;1\n12;x\n;\n");
  EXPECT_EQ(*documents[0].metadata.find("zip"), Value("007"));
  EXPECT_EQ(*documents[1].metadata.find("zip"), Value("12"));
  EXPECT_EQ(*documents[0].metadata.find("n"), Value("1"));
  EXPECT_EQ(documents[2].metadata, (Metadata{{"row", 4}}));
  EXPECT_EQ(documents[2].text, "");
}

TEST(CsvLoader, long_cells_stay_in_the_text_alone) {
  std::string cell(kMaxMetadataBytesEach + 1, 'x');
  auto documents = load("a,b\n" + cell + ",1\n");
  EXPECT_EQ(documents[0].text, "a: " + cell + "\nb: 1");
  EXPECT_EQ(documents[0].metadata, (Metadata{{"b", 1}, {"row", 2}}));
}

TEST(CsvLoader, columns_without_a_name_of_their_own_are_numbered) {
  EXPECT_EQ(load(",a,a\n1,2,3\n")[0].text, "column_1: 1\na: 2\na_3: 3");
}

TEST(CsvLoader, rows_of_another_width_are_named) {
  EXPECT_EQ(error("a,b\n1,2\n1,2,3\n"), "row 3 (line 3) has 3 cells, the header has 2");
  EXPECT_EQ(error("a,b\n1\n"), "row 2 (line 2) has 1 cells, the header has 2");
  EXPECT_EQ(error("a,b\n\"1"), "row 2 (line 2): a quote is not closed");
}

TEST(CsvLoader, too_many_columns_are_an_error_with_the_limit) {
  EXPECT_EQ(error(std::string(kMaxCsvColumns, ',')), "1001 columns; the limit is 1000");
}

TEST(CsvLoader, long_names_are_counted_in_every_row) {
  std::string text(100'000, 'n');
  for (int row = 0; row < 10'000; ++row) text += "\nx";
  EXPECT_NE(error(text).find("max_unpacked_bytes"), std::string::npos) << error(text);
}

TEST(CsvLoader, a_header_alone_has_no_documents) {
  EXPECT_TRUE(load("a,b\n").empty());
  EXPECT_TRUE(load("").empty());
}

}  // namespace
}  // namespace vecstore
