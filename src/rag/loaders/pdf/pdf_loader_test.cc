#include "rag/loaders/pdf/pdf_loader.h"

#include <gtest/gtest.h>

#include "base/utf8.h"
#include "rag/loaders/loader_registry.h"
#include "rag/loaders/pdf/test_pdf.h"

namespace vecstore {
namespace {

Document load_page(const std::string& content, const std::string& resources = "") {
  TestPdf file;
  file.add_page(content, "", "", resources);
  return load_pdf(file);
}

std::string text_of(const std::string& content) { return load_page(content).text; }

TEST(PdfLoader, a_page_becomes_text_with_its_number) {
  TestPdf file;
  file.add_page("BT /F1 12 Tf 20 150 Td (Hello) Tj ( world) Tj ET");
  file.add_page("BT /F1 12 Tf 20 150 Td (caf\\351) Tj ET");
  const Document document = load_pdf(file);
  EXPECT_EQ(document.text, "Hello world\n\ncafé");
  EXPECT_EQ(document.kind, "pdf");
  EXPECT_EQ(document.place, "page");
  ASSERT_EQ(document.places.size(), 2u);
  EXPECT_EQ(document.places[1].begin, document.text.find("café"));
  EXPECT_EQ(document.places[1].number, 2);
  EXPECT_EQ(*document.metadata.find("pages"), Value(2));
  EXPECT_EQ(document.file_offset, std::nullopt);
  EXPECT_TRUE(document.remarks.empty()) << remarks_of(document);
}

TEST(PdfLoader, every_operator_that_moves_or_shows_is_followed) {
  const std::string begin = "BT /F1 10 Tf 12 TL ";
  EXPECT_EQ(text_of(begin + "1 0 0 1 20 150 Tm (a) Tj T* (b) Tj (c) ' 2 1 (d e) \" ET"),
            "a\nb\nc\nd e");
  EXPECT_EQ(text_of(begin + "20 150 Td (a) Tj 0 -12 TD (b) Tj T* (c) Tj ET"), "a\nb\nc");
  EXPECT_EQ(text_of(begin + "20 150 Td [(ab) -20 (cd) -400 (ef)] TJ ET"), "abcd ef");
  EXPECT_EQ(text_of(begin + "20 150 Td 5 Tc (ab) Tj ET"), "a b");
  EXPECT_EQ(text_of(begin + "20 150 Td 0 Ts (a) Tj 4 Ts (2) Tj 0 Ts (b) Tj ET"), "a2b");
  EXPECT_EQ(
      text_of("q 2 0 0 2 0 0 cm BT /F1 10 Tf 10 70 Td (a) Tj ET Q BT /F1 10 Tf 20 60 Td (b) Tj ET"),
      "a\n\nb");
  EXPECT_EQ(text_of(begin + "50 Tz 20 150 Td (aa) Tj 5.6 0 Td (bb) Tj ET"), "aabb");
}

TEST(PdfLoader, invisible_text_is_read_as_scans_have_it) {
  EXPECT_EQ(text_of("BT 3 Tr /F1 10 Tf 20 150 Td (scanned) Tj ET"), "scanned");
}

TEST(PdfLoader, text_beyond_the_page_is_not_read) {
  EXPECT_EQ(text_of("BT /F1 10 Tf 20 150 Td (in) Tj 0 900 Td (out) Tj ET"), "in");
}

TEST(PdfLoader, inline_images_are_gone_over) {
  EXPECT_EQ(text_of("BI /W 2 /H 2 ID \x01 (no) Tj EI Q BT /F1 10 Tf 20 150 Td (yes) Tj ET"), "yes");
}

TEST(PdfLoader, the_text_that_marks_give_stands_for_what_they_show) {
  EXPECT_EQ(
      text_of("BT /F1 10 Tf 20 150 Td /Span << /ActualText (whole) >> BDC (w) Tj (h-le) Tj EMC "
              "( rest) Tj ET"),
      "whole rest");
  EXPECT_EQ(load_page("BT /F1 10 Tf 20 150 Td /Span /P1 BDC (xx) Tj EMC /Other BMC (y) Tj EMC ET",
                      "/Properties << /P1 << /ActualText <FEFF00E9> >> >>")
                .text,
            "éy");
  EXPECT_EQ(
      text_of("BT /F1 10 Tf 20 150 Td /Artifact << /ActualText () >> BDC (gone) Tj EMC (b) Tj ET"),
      "b");
}

TEST(PdfLoader, forms_are_drawn_with_their_matrix_and_loops_are_cut) {
  TestPdf file;
  const int form =
      file.add_stream("BT /F1 10 Tf 0 0 Td (inner) Tj ET /X Do",
                      "/Type /XObject /Subtype /Form /BBox [0 0 100 100] /Matrix [1 0 0 1 20 100]");
  const std::string own = "/X " + TestPdf::ref(form);
  file.replace(form, "<< /Subtype /Form /Matrix [1 0 0 1 20 100] /Resources << /XObject << " + own +
                         " >> /Font << /F1 << /Subtype /Type1 /BaseFont /Helvetica >> >> >> "
                         "/Length 43 >>\nstream\n"
                         "BT /F1 10 Tf 0 0 Td (inner) Tj ET /X Do    \nendstream");
  file.add_page("BT /F1 10 Tf 20 150 Td (outer) Tj ET q /X Do Q Q Q /Missing Do", "", "",
                "/XObject << " + own + " >>");
  const Document document = load_pdf(file);
  EXPECT_EQ(document.text, "outer\n\ninner");
  EXPECT_EQ(remarks_of(document), "1 drawing left out: within themselves or too deep\n");
}

TEST(PdfLoader, turned_pages_are_read_as_they_are_held) {
  for (const int rotate : {90, 180, 270, -90, 450}) {
    TestPdf file;
    const char* matrix = (rotate + 720) % 360 == 90    ? "0 1 -1 0 50 20 Tm"
                         : (rotate + 720) % 360 == 180 ? "-1 0 0 -1 180 150 Tm"
                                                       : "0 -1 1 0 150 180 Tm";
    file.add_page(
        std::string("BT /F1 10 Tf 12 TL ") + matrix + " (first line) Tj T* (second) Tj ET", "",
        "/Rotate " + std::to_string(rotate));
    EXPECT_EQ(load_pdf(file).text, "first line\nsecond") << rotate;
  }
}

TEST(PdfLoader, text_in_other_directions_comes_after_the_page) {
  EXPECT_EQ(text_of("BT /F1 10 Tf 0 1 -1 0 30 20 Tm (axis label) Tj ET "
                    "BT /F1 10 Tf 50 150 Td (body text of) Tj 0 -12 Td (the page) Tj ET"),
            "body text of\nthe page\n\naxis label");
}

TEST(PdfLoader, pages_that_are_pictures_are_counted) {
  TestPdf file;
  const int image = file.add_stream("x", "/Subtype /Image /Width 1 /Height 1");
  file.add_page("/I Do", "", "", "/XObject << /I " + TestPdf::ref(image) + " >>");
  file.add_page("");
  const Document document = load_pdf(file);
  EXPECT_EQ(document.text, "");
  EXPECT_EQ(remarks_of(document),
            "1 page without text: pictures alone, as scans are\n1 page without any text\n");
}

TEST(PdfLoader, what_is_filled_into_forms_and_attached_is_named_as_left_out) {
  TestPdf file;
  file.add_page("BT /F1 10 Tf 20 150 Td (form) Tj ET");
  file.set_catalog("/AcroForm << /Fields [<< /V (filled) >>] >> /Names << /EmbeddedFiles << >> >>");
  EXPECT_EQ(remarks_of(load_pdf(file)),
            "1 field of a form left out: what is filled into forms is not read\n"
            "files that are attached are left out\n");
}

TEST(PdfLoader, what_pages_inherit_is_theirs) {
  TestPdf file;
  const int content = file.add_stream("BT /F1 10 Tf 20 150 Td (inherited) Tj ET");
  const int page =
      file.add("<< /Type /Page /Parent 2 0 R /Contents [" + TestPdf::ref(content) + "] >>");
  file.replace(
      2, "<< /Type /Pages /Count 1 /Kids [" + TestPdf::ref(page) +
             "] /MediaBox [0 0 200 200] "
             "/Resources << /Font << /F1 << /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>");
  EXPECT_EQ(load_pdf(file).text, "inherited");
}

TEST(PdfLoader, the_content_of_a_page_may_be_in_parts) {
  TestPdf file;
  const int first =
      file.add_stream(deflated("BT /F1 10 Tf 20 150 Td (one"), "/Filter /FlateDecode");
  const int second = file.add_stream(") Tj ET");
  file.add_page_of(file.add("[" + TestPdf::ref(first) + " " + TestPdf::ref(second) + "]"));
  EXPECT_EQ(load_pdf(file).text, "one");
}

TEST(PdfLoader, files_are_recognised_by_their_first_bytes) {
  TestPdf file;
  file.add_page("BT /F1 10 Tf 20 150 Td (no extension) Tj ET");
  const std::string bytes = "junk\n" + file.bytes();
  const auto documents = LoaderRegistry().load({bytes, "file"});
  ASSERT_TRUE(documents.ok()) << documents.status().to_string();
  EXPECT_EQ(documents->at(0).text, "no extension");
  EXPECT_EQ(PdfLoader().load({"text", "a.pdf"}).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(PdfLoader().load({"", "a.pdf"}).status().code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace vecstore
