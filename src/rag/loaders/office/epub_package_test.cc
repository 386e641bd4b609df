#include "rag/loaders/office/epub_package.h"

#include <gtest/gtest.h>

#include "rag/loaders/office/test_epub.h"

namespace vecstore {
namespace {

TEST(EpubPackage, the_book_says_who_wrote_it_and_what_comes_first) {
  const std::string file = make_epub(
      "<dc:title>A Book</dc:title><dc:creator>Ada</dc:creator><dc:creator>Bob</dc:creator>"
      "<dc:language>en</dc:language><dc:date>2001-02-03</dc:date>"
      "<meta property='dcterms:modified'>2024-01-01T00:00:00Z</meta>",
      epub_item("b", "text/two%20b.xhtml#top") + epub_item("a", "../one.xhtml"),
      "<itemref idref='b'/><itemref idref='a'/><itemref idref='b'/><itemref idref='none'/>",
      {{"META-INF/encryption.xml",
        "<encryption><EncryptedData><CipherData><CipherReference URI='one.xhtml'/></CipherData>"
        "</EncryptedData></encryption>"}});
  const EpubPackage package = read_epub_package({file}).value();
  EXPECT_EQ(package.metadata, (Metadata{{"title", "A Book"},
                                        {"author", "Ada, Bob"},
                                        {"language", "en"},
                                        {"published", "2001-02-03"},
                                        {"modified", "2024-01-01T00:00:00Z"}}));
  ASSERT_EQ(package.spine.size(), 2U);
  EXPECT_EQ(package.spine[0].path, "OEBPS/text/two b.xhtml");
  EXPECT_FALSE(package.spine[0].encrypted);
  EXPECT_EQ(package.spine[1].path, "one.xhtml");
  EXPECT_TRUE(package.spine[1].encrypted);
}

TEST(EpubPackage, what_is_missing_is_named) {
  EXPECT_EQ(read_epub_package({make_zip({{"a", "b"}})}).status().message(),
            "META-INF/container.xml: no such part");
  EXPECT_EQ(read_epub_package({make_zip({{"META-INF/container.xml", "<c/>"}})}).status().message(),
            ": no such part");
}

TEST(DecodePercent, codes_become_bytes_and_all_else_stays) {
  EXPECT_EQ(decode_percent("a%20b%C3%a9%2"), "a b\u00e9%2");
  EXPECT_EQ(decode_percent("100%, %zz%"), "100%, %zz%");
  EXPECT_EQ(decode_percent("a%88b"), "a\ufffdb");
}

}  // namespace
}  // namespace vecstore
