#include "rag/loaders/office/pptx_loader.h"

#include <gmock/gmock.h>

#include "rag/loaders/loader_registry.h"
#include "rag/loaders/office/test_office.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;

std::string slide(const std::string& title, const std::string& text) {
  return "<p:sld xmlns:p='p' xmlns:a='a'><p:cSld><p:spTree><p:sp><p:nvSpPr><p:nvPr>"
         "<p:ph type='title'/></p:nvPr></p:nvSpPr><p:txBody><a:p><a:r><a:t>" +
         title + "</a:t></a:r></a:p></p:txBody></p:sp><p:sp><p:txBody><a:p><a:r><a:t>" + text +
         "</a:t></a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld></p:sld>";
}

std::string pptx(const std::string& order, std::vector<TestMember> more = {}) {
  more.push_back({"ppt/presentation.xml", "<p:presentation xmlns:r='r'><p:sldIdLst>" + order +
                                              "</p:sldIdLst></p:presentation>"});
  more.push_back(
      {"ppt/_rels/presentation.xml.rels", relations(relation("r1", "slide", "slides/slide1.xml") +
                                                    relation("r2", "slide", "slides/slide2.xml"))});
  more.push_back({"ppt/slides/slide1.xml", slide("One", "first")});
  more.push_back({"ppt/slides/slide2.xml", slide("Two", "second")});
  return make_package("ppt/presentation.xml", more, "<dc:creator>Ada</dc:creator>");
}

Document load(const std::string& file) {
  auto documents = LoaderRegistry().load({file, "a.pptx"});
  EXPECT_TRUE(documents.ok()) << documents.status().to_string();
  return std::move(documents).value().at(0);
}

constexpr const char* kOrder = "<p:sldId id='9' r:id='r2'/><p:sldId id='8' r:id='r1'/>";

TEST(PptxLoader, slides_come_in_the_order_of_the_presentation) {
  const Document document = load(pptx(kOrder));
  EXPECT_EQ(document.text, "Two\n\nsecond\n\nOne\n\nfirst");
  EXPECT_EQ(document.kind, "pptx");
  EXPECT_EQ(document.metadata, (Metadata{{"author", "Ada"}, {"title", "Two"}}));
  EXPECT_EQ(document.place, "slide");
  ASSERT_EQ(document.places.size(), 2U);
  EXPECT_EQ(document.places[1].number, 2);
  EXPECT_EQ(document.places[1].begin, document.text.find("One"));
  EXPECT_EQ(document.headings[1].begin, document.text.find("One"));
}

TEST(PptxLoader, notes_and_diagrams_stand_with_their_slide) {
  const std::string notes =
      "<p:notes><p:cSld><p:sp><p:nvSpPr><p:nvPr><p:ph type='body'/></p:nvPr></p:nvSpPr><a:p><a:r>"
      "<a:t>say</a:t></a:r></a:p></p:sp></p:cSld></p:notes>";
  const std::string diagram =
      "<d:dataModel><d:pt><d:t><a:p><a:r><a:t>step</a:t></a:r></a:p></d:t></d:pt></d:dataModel>";
  const Document document =
      load(pptx(kOrder, {{"ppt/notes/n.xml", notes},
                         {"ppt/diagrams/d.xml", diagram},
                         {"ppt/slides/_rels/slide2.xml.rels",
                          relations(relation("a", "notesSlide", "../notes/n.xml") +
                                    relation("b", "diagramData", "../diagrams/d.xml") +
                                    relation("c", "comments", "../comments/c.xml") +
                                    relation("d", "chart", "../charts/c.xml"))}}));
  EXPECT_EQ(document.text, "Two\n\nsecond\n\nstep\n\nNotes: say\n\nOne\n\nfirst");
  EXPECT_THAT(document.remarks,
              ElementsAre("1 slides have comments, which were left out", "1 charts were left out"));
}

TEST(PptxLoader, a_slide_that_is_named_again_is_read_once) {
  std::string order = "<p:sldId r:id='r2'/><p:sldId r:id='none'/>";
  for (int i = 0; i < 1000; ++i) order += "<p:sldId r:id='r1'/>";
  EXPECT_EQ(load(pptx(order)).text, "Two\n\nsecond\n\nOne\n\nfirst");
}

TEST(PptxLoader, a_file_without_its_ending_is_recognised) {
  EXPECT_EQ(LoaderRegistry().choose({pptx(kOrder), "talk"}).name(), "pptx");
}

TEST(PptxLoader, files_that_are_none_are_errors) {
  EXPECT_EQ(PptxLoader().load({"text"}).status().code(), Code::kUnimplemented);
  EXPECT_EQ(PptxLoader().load({make_package("ppt/presentation.xml", {})}).status().message(),
            "ppt/presentation.xml: no such part");
}

}  // namespace
}  // namespace vecstore
