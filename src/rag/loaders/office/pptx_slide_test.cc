#include "rag/loaders/office/pptx_slide.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

std::string shape(const std::string& placeholder, const std::string& paragraphs) {
  return "<p:sp><p:nvSpPr><p:cNvPr id='1'/><p:nvPr>" + placeholder +
         "</p:nvPr></p:nvSpPr><p:txBody><a:bodyPr/>" + paragraphs + "</p:txBody></p:sp>";
}

std::string p(const std::string& text, const std::string& properties = {}) {
  return "<a:p>" + properties + "<a:r><a:rPr/><a:t>" + text + "</a:t></a:r></a:p>";
}

std::string slide(const std::string& shapes) {
  return "<p:sld><p:cSld><p:spTree>" + shapes + "</p:spTree></p:cSld></p:sld>";
}

Document write(const std::string& shapes, const std::string& notes = {}) {
  OfficeText text;
  PptxSlide writer(text);
  const XmlTree tree = XmlTree::parse(slide(shapes)).value();
  writer.write(tree.root());
  if (!notes.empty()) writer.write_notes(XmlTree::parse(slide(notes)).value().root());
  Document document;
  EXPECT_TRUE(text.finish(document).ok());
  return document;
}

TEST(PptxSlide, the_title_comes_first_and_is_a_heading) {
  const Document document =
      write(shape("", p("box")) + shape("<p:ph type='title'/>", p("The") + p("title")));
  EXPECT_EQ(document.text, "The title\n\nbox");
  ASSERT_EQ(document.headings.size(), 1U);
  EXPECT_EQ(document.headings[0].title, "The title");
}

TEST(PptxSlide, a_slide_without_a_title_is_headed_by_its_first_words) {
  const Document document = write(shape("<p:ph type='title'/>", p(" ")) + shape("", p("")) +
                                  shape("<p:ph idx='1'/>", p("first") + p("second")));
  EXPECT_EQ(document.text, "first\n\n- second");
  ASSERT_EQ(document.headings.size(), 1U);
  EXPECT_EQ(document.headings[0].title, "first");
}

TEST(PptxSlide, content_is_a_list_and_numbers_count) {
  EXPECT_EQ(write(shape("<p:ph type='title'/>", p("T")) +
                  shape("<p:ph idx='1'/>", p("a") + p("b", "<a:pPr lvl='1'/>") +
                                               p("plain", "<a:pPr><a:buNone/></a:pPr>")) +
                  shape("", p("x", "<a:pPr><a:buAutoNum/></a:pPr>") +
                                p("y", "<a:pPr><a:buAutoNum/></a:pPr>") +
                                p("z", "<a:pPr lvl='99'><a:buChar char='*'/></a:pPr>")))
                .text,
            "T\n\n- a\n  - b\n\nplain\n\n1. x\n2. y\n                - z");
}

TEST(PptxSlide, tables_are_read_row_by_row) {
  const auto cell = [](const std::string& text) {
    return "<a:tc><a:txBody>" + p(text) + "</a:txBody></a:tc>";
  };
  EXPECT_EQ(write("<p:graphicFrame><a:graphic><a:graphicData><a:tbl><a:tr>" + cell("a") +
                  cell("b") + "</a:tr><a:tr>" + cell("c") + cell("d") +
                  "</a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>")
                .text,
            "a | b\nc | d");
}

TEST(PptxSlide, footers_and_numbers_are_left_out_and_groups_are_read) {
  EXPECT_EQ(
      write(shape("<p:ph type='ftr'/>", p("footer")) + shape("<p:ph type='sldNum'/>", p("7")) +
            "<p:grpSp>" + shape("", p("grouped<a:br/>")) + "</p:grpSp>")
          .text,
      "grouped");
}

TEST(PptxSlide, notes_are_what_the_speaker_wrote) {
  EXPECT_EQ(write(shape("<p:ph type='title'/>", p("T")),
                  shape("<p:ph type='sldImg'/>", p("image")) +
                      shape("<p:ph type='body'/>", p("Say this") + p("and that")) +
                      shape("<p:ph type='sldNum'/>", p("1")))
                .text,
            "T\n\nNotes: Say this\n\nand that");
}

TEST(PptxSlide, nesting_of_any_depth_ends_soon) {
  for (const char* name : {"a:p", "p:sp", "p:grpSp", "a:tbl", "a:tc"}) {
    std::string xml, close;
    while (xml.size() + close.size() < 2'000'000) {
      xml += "<" + std::string(name) + ">";
      close += "</" + std::string(name) + ">";
    }
    EXPECT_EQ(write(xml + "<a:t>deep</a:t>" + close).text, "deep") << name;
  }
}

}  // namespace
}  // namespace vecstore
