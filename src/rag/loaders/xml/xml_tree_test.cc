#include "rag/loaders/xml/xml_tree.h"

#include <gmock/gmock.h>

#include "base/utf8.h"

namespace vecstore {
namespace {

using ::testing::HasSubstr;

XmlTree parse(std::string_view xml, XmlSpace space = XmlSpace::kDrop) {
  return XmlTree::parse(xml, space).value();
}

struct Trace {
  std::string seen;
  bool enter(XmlNode node) {
    seen += node.is_text() ? "'" + std::string(node.text()) + "'" : "<" + std::string(node.name());
    return node.name() != "skip";
  }
  void leave(XmlNode node) {
    if (!node.is_text()) seen += ">";
  }
};

std::string trace(std::string_view xml, XmlSpace space = XmlSpace::kDrop) {
  const XmlTree tree = parse(xml, space);
  Trace out;
  walk(tree.root(), out);
  return out.seen;
}

TEST(XmlTree, nodes_are_visited_in_order) {
  EXPECT_EQ(trace("<r><a>x<b/>y</a><skip><c/></skip><d>z</d></r>"), "<a'x'<b>'y'><skip<d'z'>");
  EXPECT_EQ(trace("<r/>"), "");
  EXPECT_EQ(trace("<r><skip/></r>"), "<skip");
}

TEST(XmlTree, names_have_no_prefix_and_attributes_any) {
  const XmlTree tree = parse("<w:r xmlns:w='u' w:val='1' id='2' r:id='3'><w:a/><x:a k='v'/></w:r>");
  EXPECT_EQ(tree.root().name(), "r");
  EXPECT_EQ(tree.root().attribute("val"), "1");
  EXPECT_EQ(tree.root().attribute("id"), "2");
  EXPECT_EQ(tree.root().attribute("r:id"), "3");
  EXPECT_EQ(tree.root().attribute("rel:id"), "3");
  EXPECT_EQ(tree.root().attribute("none"), "");
  EXPECT_EQ(tree.root().child("a").next("a").attribute("k"), "v");
  EXPECT_FALSE(tree.root().child("b"));
}

TEST(XmlTree, white_space_alone_stays_where_it_is_asked_for) {
  EXPECT_EQ(trace("<r><t> </t> <t>a</t></r>"), "<t' '><t'a'>");
  EXPECT_EQ(trace("<r><t>a</t> <t>b</t></r>", XmlSpace::kKeep), "<t'a'>' '<t'b'>");
}

TEST(XmlTree, utf16_and_damaged_text_become_utf8) {
  EXPECT_EQ(parse(std::string_view("\xff\xfe<\0r\0>\0\xe9\0<\0/\0r\0>\0", 18)).root().own_text(),
            "\u00e9");
  EXPECT_TRUE(is_valid_utf8(parse("<r>\u00e9\u00e9\xff</r>").root().own_text()));
}

TEST(XmlTree, numbers_that_are_no_characters_are_not_made_to_be) {
  for (const char* bad : {"&#0;", "&#xD800;", "&#xdfff;", "&#x110000;", "&#99999999999999;"}) {
    const std::string text = parse("<r>" + std::string(bad) + "</r>").root().own_text();
    EXPECT_EQ(text, "?" + std::string(bad).substr(1));
  }
  EXPECT_EQ(parse("<r>&#x41;&#233;&#x10FFFF;&#;&#x;&#12</r>").root().own_text(),
            "A\u00e9\U0010FFFF&#;&#x;&#12");
}

TEST(XmlTree, entities_that_a_document_declares_do_not_expand) {
  EXPECT_EQ(parse("<!DOCTYPE r [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><r>&b;&amp;</r>")
                .root()
                .own_text(),
            "&b;&");
  EXPECT_EQ(
      parse("<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><r>&x;</r>").root().own_text(),
      "&x;");
}

TEST(XmlTree, an_error_names_the_byte) {
  const Status status = XmlTree::parse("<a><b></a>").status();
  EXPECT_EQ(status.code(), Code::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("xml: "));
  EXPECT_THAT(status.message(), HasSubstr(" at byte 8"));
}

TEST(XmlTree, trees_beyond_the_limit_are_refused_before_they_grow) {
  std::string xml = "<r>";
  for (int i = 0; i < 100'000; ++i) xml += "<a/>x";
  xml += "</r>";
  const Status status = XmlTree::parse(xml, XmlSpace::kDrop, 10 << 20).status();
  EXPECT_EQ(status.code(), Code::kResourceExhausted);
  EXPECT_EQ(status.message(), "xml: may need 14 MiB to parse; the limit is 10");
  EXPECT_TRUE(XmlTree::parse(xml, XmlSpace::kDrop, 20 << 20).ok());
}

TEST(XmlTree, nesting_of_any_depth_is_a_loop) {
  std::string xml;
  for (int i = 0; i < 500'000; ++i) xml += "<a>";
  xml += "x";
  for (int i = 0; i < 500'000; ++i) xml += "</a>";
  const XmlTree tree = parse(xml);
  Trace out;
  walk(tree.root(), out);
  EXPECT_EQ(out.seen.size(), 499'999U * 3 + 3);
}

}  // namespace
}  // namespace vecstore
