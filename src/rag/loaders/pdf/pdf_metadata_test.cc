#include "rag/loaders/pdf/pdf_metadata.h"

#include <gtest/gtest.h>

#include "rag/loaders/pdf/test_pdf.h"

namespace vecstore {
namespace {

Metadata metadata_of(TestPdf& file) {
  const std::string bytes = file.bytes();
  const PdfFile pdf = PdfFile::open(bytes, {}, std::make_shared<LoadBudget>()).value();
  Metadata metadata;
  read_pdf_metadata(pdf, metadata);
  return metadata;
}

TEST(PdfMetadata, dates_become_those_of_iso_8601_as_far_as_they_go) {
  EXPECT_EQ(pdf_date("D:20240131235958+01'30'"), "2024-01-31T23:59:58+01:30");
  EXPECT_EQ(pdf_date("D:20240131235958Z"), "2024-01-31T23:59:58Z");
  EXPECT_EQ(pdf_date("D:20240131235958-05"), "2024-01-31T23:59:58-05:00");
  EXPECT_EQ(pdf_date("20240131"), "2024-01-31");
  EXPECT_EQ(pdf_date("D:202401312359"), "2024-01-31T23:59");
  EXPECT_EQ(pdf_date("D:2024"), "2024");
  EXPECT_EQ(pdf_date("D:202401"), "2024-01");
  EXPECT_EQ(pdf_date("yesterday"), "");
  EXPECT_EQ(pdf_date(""), "");
}

TEST(PdfMetadata, the_information_dictionary_is_read) {
  TestPdf file;
  file.add_page("");
  const int info = file.add(
      "<< /Title <FEFF00C9a> /Author ( Ann\\nLee ) /CreationDate (D:20240131) /ModDate (no) >>");
  file.set_trailer("/Info " + TestPdf::ref(info));
  file.set_catalog("/Lang (en-GB)");
  const Metadata metadata = metadata_of(file);
  EXPECT_EQ(*metadata.find("author"), Value("Ann Lee"));
  EXPECT_EQ(*metadata.find("created"), Value("2024-01-31"));
  EXPECT_EQ(*metadata.find("language"), Value("en-GB"));
  EXPECT_EQ(metadata.find("modified"), nullptr);
}

TEST(PdfMetadata, xmp_gives_what_is_missing) {
  TestPdf file;
  file.add_page("");
  const int packet = file.add_stream(
      "<x:xmpmeta><rdf:Description xmp:CreateDate=\"2024-02-01T10:00:00Z\">"
      "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">A &amp; B</rdf:li></rdf:Alt></dc:title>"
      "<dc:creator><rdf:Seq><rdf:li>Ann</rdf:li><rdf:li>Bo</rdf:li></rdf:Seq></dc:creator>"
      "</rdf:Description></x:xmpmeta>",
      "/Type /Metadata /Subtype /XML");
  const int info = file.add("<< /Author (From Info) /Title () >>");
  file.set_catalog("/Metadata " + TestPdf::ref(packet));
  file.set_trailer("/Info " + TestPdf::ref(info));
  const Metadata metadata = metadata_of(file);
  EXPECT_EQ(*metadata.find("title"), Value("A & B"));
  EXPECT_EQ(*metadata.find("author"), Value("From Info"));
  EXPECT_EQ(*metadata.find("created"), Value("2024-02-01T10:00:00Z"));
}

TEST(PdfMetadata, broken_packets_and_long_values_are_left_out) {
  for (const char* xml : {"<dc:title>", "<dc:title", "<dc:title><rdf:li",
                          "<dc:title><b>x</b></dc:title>", "\xff<dc:title>x</dc:title>"}) {
    TestPdf file;
    file.add_page("");
    file.set_catalog("/Metadata " + TestPdf::ref(file.add_stream(xml)));
    const int info = file.add("<< /Subject (" + std::string(501, 'x') + ") >>");
    file.set_trailer("/Info " + TestPdf::ref(info));
    EXPECT_TRUE(metadata_of(file).empty()) << xml;
  }
}

}  // namespace
}  // namespace vecstore
