#include "rag/loaders/office/docx_loader.h"

#include <gmock/gmock.h>

#include "rag/loaders/loader_registry.h"
#include "rag/loaders/office/test_office.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kStyles =
    "<w:styles><w:style w:type='paragraph' w:styleId='Title'><w:name w:val='Title'/></w:style>"
    "<w:style w:type='paragraph' w:styleId='H1'><w:name w:val='heading 1'/></w:style>"
    "<w:style w:type='paragraph' w:styleId='H2'><w:name w:val='heading 2'/></w:style>"
    "<w:style w:type='paragraph' w:styleId='T1'><w:name w:val='toc 1'/></w:style></w:styles>";

constexpr const char* kNumbering =
    "<w:numbering><w:abstractNum w:abstractNumId='0'><w:lvl w:ilvl='0'><w:numFmt w:val='decimal'/>"
    "<w:lvlText w:val='%1.'/></w:lvl><w:lvl w:ilvl='1'><w:numFmt w:val='bullet'/></w:lvl>"
    "</w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num></w:numbering>";

std::string docx(const std::string& body, std::vector<TestMember> more = {},
                 const std::string& properties = {}) {
  std::string all =
      relation("r1", "styles", "styles.xml") + relation("r2", "numbering", "numbering.xml") +
      relation("r3", "footnotes", "footnotes.xml") + relation("r4", "endnotes", "endnotes.xml") +
      relation("r5", "comments", "comments.xml");
  more.push_back(
      {"word/document.xml", "<w:document xmlns:w='w'><w:body>" + body + "</w:body></w:document>"});
  more.push_back({"word/styles.xml", kStyles});
  more.push_back({"word/numbering.xml", kNumbering});
  more.push_back({"word/_rels/document.xml.rels", relations(all)});
  return make_package("word/document.xml", more, properties);
}

Document load(const std::string& body, std::vector<TestMember> more = {},
              const std::string& properties = {}) {
  auto documents = LoaderRegistry().load({docx(body, std::move(more), properties), "a.docx"});
  EXPECT_TRUE(documents.ok()) << documents.status().to_string();
  return std::move(documents).value().at(0);
}

std::string p(const std::string& text, const std::string& properties = {}) {
  return "<w:p><w:pPr>" + properties + "</w:pPr><w:r><w:t>" + text + "</w:t></w:r></w:p>";
}

std::string styled(const std::string& style, const std::string& text) {
  return p(text, "<w:pStyle w:val='" + style + "'/>");
}

std::string item(int level, const std::string& text) {
  return p(text, "<w:numPr><w:ilvl w:val='" + std::to_string(level) +
                     "'/><w:numId w:val='1'/></w:numPr>");
}

TEST(DocxLoader, headings_text_and_properties_are_read) {
  const Document document = load(styled("Title", "The Whole") + styled("H1", "Begin") +
                                     p("Some <!-- c -->words &amp; more") + styled("H2", "Deeper") +
                                     p("Last", "<w:outlineLvl w:val='2'/>"),
                                 {}, "<dc:creator>Ada</dc:creator>");
  EXPECT_EQ(document.text, "The Whole\n\nBegin\n\nSome words & more\n\nDeeper\n\nLast");
  EXPECT_EQ(document.kind, "docx");
  EXPECT_EQ(document.metadata, (Metadata{{"author", "Ada"}, {"title", "The Whole"}}));
  ASSERT_EQ(document.headings.size(), 4U);
  EXPECT_EQ(document.headings[1].title, "Begin");
  EXPECT_EQ(document.headings[1].level, 1);
  EXPECT_EQ(document.headings[1].begin, document.text.find("Begin"));
  EXPECT_EQ(document.headings[2].level, 2);
  EXPECT_EQ(document.headings[3].level, 3);
}

TEST(DocxLoader, runs_join_and_breaks_and_tabs_are_white_space) {
  EXPECT_EQ(load("<w:p><w:r><w:t>a</w:t></w:r><w:r><w:t xml:space='preserve'>b </w:t><w:tab/>"
                 "<w:t>c</w:t><w:br/><w:t>d</w:t><w:noBreakHyphen/><w:t>e</w:t></w:r><w:hyperlink>"
                 "<w:r><w:t xml:space='preserve'> </w:t><w:t>f</w:t></w:r></w:hyperlink>"
                 "<w:r><w:sym w:font='Symbol' w:char='F0B7'/><w:sym w:char='2192'/></w:r></w:p>")
                .text,
            "ab c\nd-e f\u2192");
}

TEST(DocxLoader, lists_show_their_numbers) {
  EXPECT_EQ(
      load(p("before") + item(0, "one") + item(1, "below") + item(0, "two") + p("after")).text,
      "before\n\n1. one\n  - below\n2. two\n\nafter");
}

TEST(DocxLoader, tables_are_read_row_by_row) {
  const auto row = [](const std::string& a, const std::string& b) {
    return "<w:tr><w:tc><w:tcPr/>" + p(a) + "</w:tc><w:tc>" + b + "</w:tc></w:tr>";
  };
  EXPECT_EQ(load(p("x") + "<w:tbl><w:tblPr/>" + row("Name", p("Age")) +
                 row("Ada", p("36") + p("years")) + row("Bob", "<w:p/>") + "</w:tbl>" + p("y"))
                .text,
            "x\n\nName | Age\nAda | 36 years\nBob\n\ny");
}

TEST(DocxLoader, a_page_laid_out_by_a_table_is_read_as_paragraphs) {
  const std::string inner =
      "<w:tbl><w:tr><w:tc>" + p("1") + "</w:tc><w:tc>" + p("2") + "</w:tc></w:tr></w:tbl>";
  EXPECT_EQ(load("<w:tbl><w:tr><w:tc>" + styled("H1", "Left") + p("text") + "</w:tc><w:tc>" +
                 inner + "</w:tc></w:tr></w:tbl>")
                .text,
            "Left\n\ntext\n\n1 | 2");
}

TEST(DocxLoader, notes_follow_the_paragraph_that_refers_to_them_first) {
  const std::string notes = "<w:footnotes><w:footnote w:type='separator' w:id='-1'>" + p("---") +
                            "</w:footnote><w:footnote w:id='2'>" +
                            "<w:p><w:r><w:footnoteRef/><w:t>See <w:footnoteReference w:id='2'/>"
                            "there.</w:t></w:r></w:p></w:footnote></w:footnotes>";
  const std::string ends =
      "<w:endnotes><w:endnote w:id='1'>" + p("The end.") + "</w:endnote></w:endnotes>";
  const std::string body =
      "<w:p><w:r><w:t>Claim</w:t><w:footnoteReference w:id='2'/><w:t>, and</w:t>"
      "<w:endnoteReference w:id='1'/></w:r></w:p>";
  EXPECT_EQ(load(body + body, {{"word/footnotes.xml", notes}, {"word/endnotes.xml", ends}}).text,
            "Claim[1], and[i]\n\n[1] See there.\n\n[i] The end.\n\nClaim[1], and[i]");
}

TEST(DocxLoader, what_a_reader_does_not_see_is_left_out) {
  EXPECT_EQ(
      load("<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/>"
           "</w:docPartObj></w:sdtPr><w:sdtContent>" +
           p("toc") + "</w:sdtContent></w:sdt>" + styled("T1", "Begin 1") +
           "<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:ins><w:r><w:t>new</w:t>"
           "</w:r></w:ins><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:r><w:rPr>"
           "<w:vanish w:val='0'/></w:rPr><w:t> shown</w:t></w:r><w:r><w:instrText>PAGE"
           "</w:instrText></w:r></w:p>")
          .text,
      "new shown");
}

TEST(DocxLoader, a_text_box_is_read_once) {
  EXPECT_EQ(load("<w:p><w:r><w:t>before</w:t></w:r><w:r><mc:AlternateContent><mc:Choice><wps:txbx>"
                 "<w:txbxContent>" +
                 p("boxed") +
                 "</w:txbxContent></wps:txbx></mc:Choice>"
                 "<mc:Fallback><w:pict><w:txbxContent>" +
                 p("boxed") +
                 "</w:txbxContent></w:pict>"
                 "</mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>after</w:t></w:r></w:p>")
                .text,
            "before\n\nboxed\n\nafter");
}

TEST(DocxLoader, comments_are_a_remark) {
  EXPECT_THAT(
      load(p("x"), {{"word/comments.xml", "<w:comments><w:comment w:id='1'/></w:comments>"}})
          .remarks,
      ElementsAre("1 comments were left out"));
}

TEST(DocxLoader, a_file_without_its_ending_is_recognised) {
  EXPECT_EQ(LoaderRegistry().choose({docx(p("x")), "report"}).name(), "docx");
  EXPECT_EQ(LoaderRegistry().choose({make_zip({{"a", "x"}}), "report"}).name(), "archive");
}

TEST(DocxLoader, files_that_are_none_are_errors) {
  const auto status = [](std::string_view bytes) { return DocxLoader().load({bytes}).status(); };
  EXPECT_EQ(status("text").code(), Code::kUnimplemented);
  EXPECT_THAT(status("\xd0\xcf\x11\xe0\xa1\xb1").message(), HasSubstr("before 2007"));
  EXPECT_EQ(status(make_package("word/document.xml", {})).message(),
            "word/document.xml: no such part");
}

TEST(DocxLoader, a_part_that_unfolds_without_end_ends_at_the_limit) {
  const std::string file = docx(std::string(100'000'000, ' '));
  EXPECT_LT(file.size(), 200'000U);
  LoadInput input{file, "a.docx"};
  input.budget = std::make_shared<LoadBudget>(LoadLimits{.unpacked_bytes = 50'000'000});
  const Status status = DocxLoader().load(input).status();
  EXPECT_EQ(status.code(), Code::kResourceExhausted);
  EXPECT_THAT(status.message(), HasSubstr("max_unpacked_bytes"));
}

}  // namespace
}  // namespace vecstore
