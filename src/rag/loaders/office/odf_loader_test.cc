#include "rag/loaders/office/odf_loader.h"

#include <gmock/gmock.h>

#include "rag/loaders/archive/test_zip.h"
#include "rag/loaders/loader_registry.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;

std::string odf(const std::string& type, const std::string& body,
                std::vector<TestMember> more = {}) {
  more.insert(more.begin(), {"mimetype", "application/vnd.oasis.opendocument." + type});
  more.push_back({"content.xml", "<office:document-content><office:body><office:" + type + ">" +
                                     body + "</office:" + type +
                                     "></office:body></office:document-content>"});
  return make_archive(more, {.options = "compression=store"});
}

std::vector<Document> load(const std::string& file) {
  auto documents = LoaderRegistry().load({file, "a.odt"});
  EXPECT_TRUE(documents.ok()) << documents.status().to_string();
  return std::move(documents).value();
}

TEST(OdfLoader, a_text_has_its_properties) {
  const auto documents = load(odf(
      "text",
      "<text:h text:outline-level='1'>Begin</text:h><text:p>words<office:annotation/></text:p>",
      {{"meta.xml",
        "<office:document-meta><office:meta><dc:title>A "
        "title</dc:title><dc:creator>Bob</dc:creator>"
        "<meta:initial-creator>Ada</meta:initial-creator><meta:creation-date>2024-01-02T03:04:05"
        "</meta:creation-date><dc:date>2024-02-03T00:00:00</dc:date></office:meta>"
        "</office:document-meta>"}}));
  ASSERT_EQ(documents.size(), 1U);
  EXPECT_EQ(documents[0].text, "Begin\n\nwords");
  EXPECT_EQ(documents[0].kind, "odt");
  EXPECT_EQ(documents[0].metadata, (Metadata{{"title", "A title"},
                                             {"author", "Ada"},
                                             {"created", "2024-01-02T03:04:05"},
                                             {"modified", "2024-02-03T00:00:00"}}));
  EXPECT_THAT(documents[0].remarks, ElementsAre("1 comments were left out"));
}

TEST(OdfLoader, a_spreadsheet_is_a_document_for_each_sheet) {
  const auto table = [](const std::string& name, const std::string& cell) {
    return "<table:table table:name='" + name + "'><table:table-row><table:table-cell>" + cell +
           "</table:table-cell></table:table-row></table:table>";
  };
  const auto documents =
      load(odf("spreadsheet", table("One", "<text:p>1</text:p>") + table("Empty", "") +
                                  table("Two", "<text:p>2</text:p>")));
  ASSERT_EQ(documents.size(), 2U);
  EXPECT_EQ(documents[1].text, "2");
  EXPECT_EQ(documents[1].kind, "ods");
  EXPECT_EQ(documents[1].place, "row");
  EXPECT_EQ(documents[1].metadata, (Metadata{{"sheet", "Two"}}));
}

TEST(OdfLoader, a_presentation_has_slides) {
  const auto documents = load(odf("presentation",
                                  "<draw:page><draw:frame presentation:class="
                                  "'title'><text:p>One</text:p></draw:frame>"
                                  "</draw:page>"));
  EXPECT_EQ(documents[0].kind, "odp");
  EXPECT_EQ(documents[0].place, "slide");
  EXPECT_EQ(documents[0].metadata, (Metadata{{"title", "One"}}));
}

TEST(OdfLoader, a_file_without_its_ending_is_recognised) {
  EXPECT_EQ(LoaderRegistry().choose({odf("text", ""), "letter"}).name(), "odf");
}

TEST(OdfLoader, encrypted_files_and_others_are_errors) {
  const std::string encrypted =
      odf("text", "", {{"META-INF/manifest.xml", "<m><manifest:encryption-data/></m>"}});
  EXPECT_EQ(OdfLoader().load({encrypted}).status().code(), Code::kPermissionDenied);
  EXPECT_EQ(OdfLoader().load({odf("drawing", "")}).status().code(), Code::kUnimplemented);
  EXPECT_EQ(OdfLoader().load({make_zip({{"a", "b"}})}).status().message(),
            "content.xml: no such part");
}

}  // namespace
}  // namespace vecstore
