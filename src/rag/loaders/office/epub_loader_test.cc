#include "rag/loaders/office/epub_loader.h"

#include <gmock/gmock.h>

#include "rag/loaders/loader_registry.h"
#include "rag/loaders/office/test_epub.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kMetadata =
    "<dc:title>A Book</dc:title><dc:creator>Ada</dc:creator><dc:language>en</dc:language>";
constexpr const char* kSpine = "<itemref idref='b'/><itemref idref='a'/>";

std::string page(const std::string& body) {
  return "<?xml version='1.0'?><html xmlns='x' xml:lang='de'><head><title/></head><body>" + body +
         "</body></html>";
}

Result<std::vector<Document>> load(const std::string& file) {
  return LoaderRegistry().load({file, "a.epub"});
}

TEST(EpubLoader, chapters_come_in_the_order_of_the_book) {
  const std::string file = make_epub(
      kMetadata, epub_item("a", "a.xhtml") + epub_item("b", "b.xhtml"), kSpine,
      {{"OEBPS/a.xhtml", page("<h1>Second</h1><p>It ends.</p>")},
       {"OEBPS/b.xhtml", page("<h1>First<a id='x'/></h1><p>It <i/>begins&nbsp;here.</p>")}});
  const auto documents = load(file).value();
  ASSERT_EQ(documents.size(), 2U);
  EXPECT_EQ(documents[0].text, "First\n\nIt begins here.");
  EXPECT_EQ(documents[0].kind, "epub");
  EXPECT_EQ(
      documents[0].metadata,
      (Metadata{{"title", "A Book"}, {"author", "Ada"}, {"language", "en"}, {"chapter", "First"}}));
  EXPECT_EQ(documents[0].headings[0].title, "First");
  EXPECT_EQ(documents[1].text, "Second\n\nIt ends.");
}

TEST(EpubLoader, what_cannot_be_read_is_a_remark) {
  const std::string file = make_epub(
      kMetadata,
      epub_item("a", "a.xhtml") + epub_item("b", "gone.xhtml") +
          epub_item("c", "c.svg", "image/svg+xml") + epub_item("d", "d.pdf", "x/pdf") +
          epub_item("e", "e.xhtml"),
      std::string(kSpine) + "<itemref idref='c'/><itemref idref='d'/><itemref idref='e'/>",
      {{"OEBPS/a.xhtml", page("<p>text")}, {"OEBPS/e.xhtml", std::string("\0\1\2", 3)}});
  const auto documents = load(file).value();
  ASSERT_EQ(documents.size(), 1U);
  EXPECT_THAT(documents[0].remarks,
              ElementsAre("OEBPS/gone.xhtml: no such part", "OEBPS/d.pdf: no chapter but x/pdf",
                          HasSubstr("OEBPS/e.xhtml: not text")));
}

TEST(EpubLoader, a_name_that_is_no_text_is_told_as_far_as_it_is) {
  const std::string file = make_epub(kMetadata, epub_item("a", "a%88.xhtml"), kSpine, {});
  EXPECT_EQ(load(file).status().message(), "OEBPS/a\ufffd.xhtml: no such part");
}

TEST(EpubLoader, a_book_that_is_encrypted_is_refused) {
  const std::string file = make_epub(
      kMetadata, epub_item("a", "a.xhtml"), "<itemref idref='a'/>",
      {{"OEBPS/a.xhtml", "\x12\x13"},
       {"META-INF/encryption.xml",
        "<e><EncryptedData><CipherData><CipherReference URI='OEBPS/a.xhtml'/></CipherData>"
        "</EncryptedData></e>"}});
  const Status status = load(file).status();
  EXPECT_EQ(status.code(), Code::kPermissionDenied);
  EXPECT_EQ(status.message(), "OEBPS/a.xhtml: encrypted");
}

TEST(EpubLoader, a_file_without_its_ending_is_recognised) {
  const std::string file = make_epub(kMetadata, "", "", {});
  EXPECT_EQ(LoaderRegistry().choose({file, "book"}).name(), "epub");
  EXPECT_TRUE(load(file).value().empty());
}

TEST(EpubLoader, files_that_are_none_are_errors) {
  EXPECT_EQ(EpubLoader().load({"text"}).status().code(), Code::kUnimplemented);
}

}  // namespace
}  // namespace vecstore
