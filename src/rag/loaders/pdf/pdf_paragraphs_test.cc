#include "rag/loaders/pdf/pdf_paragraphs.h"

#include <gtest/gtest.h>

#include "rag/loaders/pdf/test_pdf.h"

namespace vecstore {
namespace {

struct Line {
  double x = 20, y = 100, size = 10;
  std::string text = {};
  const char* font = "F1";
};

constexpr const char* kFonts =
    "/F1 << /Subtype /Type1 /BaseFont /Times-Roman /Encoding /WinAnsiEncoding >> /F2 << /Subtype "
    "/Type1 /BaseFont /Times-Bold "
    ">> "
    "/F3 << /Subtype /Type1 /BaseFont /Courier >>";

std::string content_of(const std::vector<Line>& lines) {
  std::string content;
  for (const Line& line : lines) {
    content += "BT /" + std::string(line.font) + " " + std::to_string(line.size) + " Tf " +
               std::to_string(line.x) + " " + std::to_string(line.y) + " Td (" + line.text +
               ") Tj ET\n";
  }
  return content;
}

Document load(const std::vector<std::vector<Line>>& pages) {
  TestPdf file;
  for (const std::vector<Line>& lines : pages) file.add_page(content_of(lines), kFonts);
  return load_pdf(file);
}

// A paragraph from `y` downwards, each line as wide as the others.
std::vector<Line> paragraph(double y, const std::vector<std::string>& texts, double x = 20) {
  std::vector<Line> lines;
  for (const std::string& text : texts) {
    lines.push_back({x, y, 10, text});
    y -= 12;
  }
  return lines;
}

TEST(PdfParagraphs, lines_that_broke_for_their_width_are_joined) {
  const auto lines = paragraph(
      180, {"The pump stands beside the river and", "lifts water into a tank which is on the",
            "hill behind the house of the keeper", "of the weir.", "Next paragraph here."});
  EXPECT_EQ(load({lines}).text,
            "The pump stands beside the river and lifts water into a tank which is on the hill "
            "behind the house of "
            "the keeper of the weir.\nNext paragraph here.");
}

TEST(PdfParagraphs, a_gap_or_an_indent_begins_a_paragraph) {
  auto lines = paragraph(
      180, {"The pump stands beside the river and", "lifts water into a tank which is high."});
  const auto more = paragraph(
      140, {"Another pump is kept in the shed where", "nobody sees it from one year to the next"});
  lines.insert(lines.end(), more.begin(), more.end());
  lines.push_back({32, 116, 10, "Set in from the margin this line begins"});
  lines.push_back({20, 104, 10, "a paragraph and this one goes on with it"});
  EXPECT_EQ(load({lines}).text,
            "The pump stands beside the river and lifts water into a tank which is high.\n\n"
            "Another pump is kept in the shed where nobody sees it from one year to the next\n\n"
            "Set in from the margin this line begins a paragraph and this one goes on with it");
}

TEST(PdfParagraphs, words_that_a_line_end_parts_are_made_whole_where_that_is_safe) {
  const auto joined = [](const std::string& first, const std::string& second) {
    return load({paragraph(180, {"Here a well-known thing is shown that", first,
                                 second + " and more of it here.", "It ends here."})})
        .text;
  };
  EXPECT_NE(joined("every one of us has seen as an exam-", "ple").find("an example and"),
            std::string::npos);
  EXPECT_NE(joined("every one of us has seen as a well-", "known").find("a well-known and"),
            std::string::npos);
  EXPECT_NE(joined("every one of us has seen as a meta-", "Data").find("a meta- Data and"),
            std::string::npos);
  EXPECT_NE(joined("every one of us has seen as an exam\\255", "ple").find("an example and"),
            std::string::npos);
  EXPECT_NE(joined("every one of us has read of in 1990-", "1999").find("1990- 1999"),
            std::string::npos);
}

TEST(PdfParagraphs, headings_have_levels_by_their_size) {
  auto lines = paragraph(
      130, {"The pump stands beside the river and", "lifts water into a tank which is on the"});
  lines.insert(lines.begin(), {{20, 185, 18, "The Weir"}, {20, 160, 14, "Of pumps"}});
  lines.push_back({20, 90, 14, "Of tanks and all that", "F1"});
  lines.push_back({20, 60, 10, "Care", "F2"});
  const auto more = paragraph(
      45, {"Tanks are cleaned once in a year or in", "two when the water is low in the river"});
  lines.insert(lines.end(), more.begin(), more.end());
  const Document document = load({lines});
  ASSERT_EQ(document.headings.size(), 4u);
  const std::vector<std::pair<int, std::string>> wanted = {
      {1, "The Weir"}, {2, "Of pumps"}, {2, "Of tanks and all that"}, {3, "Care"}};
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_EQ(document.headings[i].level, wanted[i].first);
    EXPECT_EQ(document.headings[i].title, wanted[i].second);
    EXPECT_EQ(document.headings[i].begin, document.text.find(wanted[i].second));
  }
}

TEST(PdfParagraphs, entries_of_a_table_of_contents_are_lines_and_no_headings) {
  auto lines = paragraph(
      120, {"The pump stands beside the river and", "lifts water into a tank which is on the"});
  lines.insert(lines.begin(),
               {{20, 180, 14, "Pumps . . . . . . . 1"}, {20, 162, 14, "Tanks . . . . . . . 2"}});
  const Document document = load({lines});
  EXPECT_TRUE(document.headings.empty());
  EXPECT_NE(document.text.find("1\nTanks"), std::string::npos) << document.text;
}

TEST(PdfParagraphs, a_heading_of_two_lines_is_one) {
  auto lines = paragraph(
      120, {"The pump stands beside the river and", "lifts water into a tank which is on the"});
  lines.insert(lines.begin(), {{20, 180, 16, "A heading that needs"}, {20, 162, 16, "two lines"}});
  const Document document = load({lines});
  ASSERT_EQ(document.headings.size(), 1u);
  EXPECT_EQ(document.headings[0].title, "A heading that needs two lines");
}

TEST(PdfParagraphs, tables_are_read_by_rows_with_tabs) {
  std::vector<Line> lines;
  for (int row = 0; row < 3; ++row) {
    const std::string n = std::to_string(row);
    for (int column = 0; column < 3; ++column) {
      lines.push_back(
          {20.0 + 60 * column, 150.0 - 14 * row, 10, "r" + n + "c" + std::to_string(column)});
    }
  }
  EXPECT_EQ(load({lines}).text, "r0c0\tr0c1\tr0c2\nr1c0\tr1c1\tr1c2\nr2c0\tr2c1\tr2c2");
}

TEST(PdfParagraphs, a_table_written_by_columns_is_read_by_rows_too) {
  std::vector<Line> lines;
  for (int column = 0; column < 2; ++column) {
    for (int row = 0; row < 4; ++row) {
      lines.push_back({20.0 + 60 * column, 150.0 - 14 * row, 10,
                       std::string(1, static_cast<char>('a' + column)) + std::to_string(row)});
    }
  }
  EXPECT_EQ(load({lines}).text, "a0\tb0\na1\tb1\na2\tb2\na3\tb3");
}

TEST(PdfParagraphs, code_keeps_its_lines_and_its_indent) {
  std::vector<Line> lines = {{20, 150, 10, "if \\(x\\) {", "F3"},
                             {32, 138, 10, "y\\(\\);", "F3"},
                             {20, 126, 10, "}", "F3"}};
  EXPECT_EQ(load({lines}).text, "if (x) {\n  y();\n}");
}

TEST(PdfParagraphs, a_sentence_goes_on_from_page_to_page) {
  const auto first = paragraph(
      100, {"The pump stands beside the river and", "lifts water into a tank which is on the",
            "hill that is behind the house of those"});
  const auto second = paragraph(180, {"who keep the weir and the bridge and", "the tank."});
  const Document document = load({first, second});
  EXPECT_NE(document.text.find("of those who keep"), std::string::npos) << document.text;
  ASSERT_EQ(document.places.size(), 2u);
  EXPECT_EQ(document.places[1].begin, document.text.find("who keep"));
}

TEST(PdfParagraphs, items_of_lists_have_lines_of_their_own) {
  const auto lines = paragraph(
      150, {"The first line of the list says so much", "- one item that is as long as the others",
            "- two items that are as long as it is"});
  EXPECT_EQ(load({lines}).text,
            "The first line of the list says so much\n- one item that is as long as the others\n"
            "- two items that are as long as it is");
}

}  // namespace
}  // namespace vecstore
