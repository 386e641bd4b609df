#include "rag/loaders/office/docx_styles.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

DocxStyles styles(const std::string& content) {
  return DocxStyles(XmlTree::parse("<w:styles>" + content + "</w:styles>").value().root());
}

std::string style(const std::string& id, const std::string& content) {
  return "<w:style w:type='paragraph' w:styleId='" + id + "'>" + content + "</w:style>";
}

TEST(DocxStyles, headings_are_known_by_name_and_by_outline_level) {
  const DocxStyles known =
      styles(style("berschrift2", "<w:name w:val='heading 2'/>") +
             style("Mine", "<w:name w:val='Mine'/><w:pPr><w:outlineLvl w:val='3'/></w:pPr>") +
             style("Body", "<w:name w:val='Body'/>"));
  EXPECT_EQ(known.style("berschrift2").heading, 2);
  EXPECT_EQ(known.style("Mine").heading, 4);
  EXPECT_EQ(known.style("Body").heading, 0);
  EXPECT_EQ(known.style("Heading3").heading, 3);
  EXPECT_EQ(known.style("Heading").heading, 0);
  EXPECT_EQ(known.style("").heading, 0);
}

TEST(DocxStyles, what_a_style_is_based_on_counts_unless_it_says_otherwise) {
  const DocxStyles known =
      styles(style("C", "<w:basedOn w:val='B'/><w:pPr><w:outlineLvl w:val='9'/></w:pPr>") +
             style("B", "<w:name w:val='B'/><w:basedOn w:val='A'/>") +
             style("A",
                   "<w:name w:val='heading 1'/><w:pPr><w:numPr><w:ilvl w:val='1'/><w:numId "
                   "w:val='7'/></w:numPr></w:pPr>"));
  EXPECT_EQ(known.style("B").heading, 1);
  EXPECT_EQ(known.style("B").list, "7");
  EXPECT_EQ(known.style("B").list_level, 1);
  EXPECT_EQ(known.style("C").heading, 0);
}

TEST(DocxStyles, titles_and_lines_of_contents_are_told_apart) {
  const DocxStyles known =
      styles(style("Titel", "<w:name w:val='Title'/>") + style("V1", "<w:name w:val='toc 1'/>"));
  EXPECT_TRUE(known.style("Titel").is_title);
  EXPECT_EQ(known.style("Titel").heading, 1);
  EXPECT_TRUE(known.style("V1").is_contents);
}

TEST(DocxStyles, styles_that_stand_on_each_other_end) {
  std::string content = style("A", "<w:basedOn w:val='B'/>") + style("B", "<w:basedOn w:val='A'/>");
  for (int i = 0; i < 1000; ++i) {
    content +=
        style("S" + std::to_string(i), "<w:basedOn w:val='S" + std::to_string(i + 1) + "'/>");
  }
  EXPECT_EQ(styles(content).style("A").heading, 0);
}

}  // namespace
}  // namespace vecstore
