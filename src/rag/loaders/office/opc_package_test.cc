#include "rag/loaders/office/opc_package.h"

#include <gmock/gmock.h>

#include "rag/loaders/office/test_office.h"

namespace vecstore {
namespace {

using ::testing::StartsWith;

TEST(OpcPackage, parts_are_found_by_what_they_are_to_each_other) {
  const std::string file = make_package(
      "/some/main.xml", {{"some/main.xml", "<m/>"},
                         {"some/_rels/main.xml.rels",
                          relations(relation("r1", "styles", "../other/s.xml") +
                                    "<Relationship Id='r2' Type='x/hyperlink' Target='http://a/b' "
                                    "TargetMode='External'/>")},
                         {"other/s.xml", "<s a='1'/>"}});
  const OpcPackage package = OpcPackage::open({file}).value();
  EXPECT_EQ(package.main(), "some/main.xml");
  EXPECT_EQ(package.related(package.main(), "styles").value()->root().attribute("a"), "1");
  EXPECT_FALSE(package.related(package.main(), "numbering").value());
  const auto all = relations_by_id(package.relations(package.main()).value());
  EXPECT_EQ(all.find("r1")->second.target, "other/s.xml");
  EXPECT_EQ(all.find("r2")->second.target, "");
  EXPECT_EQ(all.size(), 2U);
}

TEST(OpcPackage, core_properties_become_metadata) {
  const std::string file = make_package(
      "m.xml", {{"m.xml", "<m/>"}},
      "<dc:title>A\n title</dc:title><dc:creator>Ada</dc:creator><dcterms:created "
      "xsi:type='dcterms:W3CDTF'>2024-02-03T04:05:06Z</dcterms:created><dcterms:modified>"
      "2024-03-01T00:00:00Z</dcterms:modified><cp:keywords>a, b</cp:keywords><dc:subject/>");
  Metadata metadata;
  EXPECT_TRUE(OpcPackage::open({file}).value().read_properties(metadata).ok());
  EXPECT_EQ(metadata, (Metadata{{"title", "A title"},
                                {"author", "Ada"},
                                {"created", "2024-02-03T04:05:06Z"},
                                {"modified", "2024-03-01T00:00:00Z"},
                                {"keywords", "a, b"}}));
}

TEST(OpcPackage, a_zip_without_a_document_and_broken_xml_are_errors) {
  EXPECT_EQ(OpcPackage::open({make_zip({{"a", "b"}})}).status().message(),
            "no Office document in the ZIP archive");
  const std::string file = make_package("m.xml", {{"m.xml", "<m><n></m>"}});
  EXPECT_THAT(OpcPackage::open({file}).value().tree("m.xml").status().message(),
              StartsWith("m.xml: xml: "));
}

TEST(IsOn, switches_are_on_unless_they_say_off) {
  const XmlTree tree =
      XmlTree::parse("<r><a/><b val='0'/><c val='true'/><d val='off'/></r>").value();
  EXPECT_TRUE(is_on(tree.root().child("a")));
  EXPECT_FALSE(is_on(tree.root().child("b")));
  EXPECT_TRUE(is_on(tree.root().child("c")));
  EXPECT_FALSE(is_on(tree.root().child("d")));
  EXPECT_FALSE(is_on(tree.root().child("e")));
}

}  // namespace
}  // namespace vecstore
