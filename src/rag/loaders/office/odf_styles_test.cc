#include "rag/loaders/office/odf_styles.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

OdfStyles styles(const std::string& content) {
  OdfStyles out;
  out.read(
      XmlTree::parse("<d><office:automatic-styles>" + content + "</office:automatic-styles></d>")
          .value()
          .root());
  return out;
}

std::string paragraph(const std::string& name, const std::string& parent) {
  return "<style:style style:name='" + name + "' style:family='paragraph' " +
         "style:parent-style-name='" + parent + "'/>";
}

TEST(OdfStyles, a_style_that_stands_on_the_title_is_one) {
  const OdfStyles known = styles(paragraph("P1", "P2") + paragraph("P2", "Title") +
                                 paragraph("P3", "P4") + paragraph("P4", "P3"));
  EXPECT_TRUE(known.is_title("Title"));
  EXPECT_TRUE(known.is_title("P1"));
  EXPECT_FALSE(known.is_title("P3"));
  EXPECT_FALSE(known.is_title(""));
  EXPECT_FALSE(known.is_title("none"));
}

TEST(OdfStyles, lists_are_numbered_by_level) {
  const OdfStyles known = styles(
      "<text:list-style style:name='L1'><text:list-level-style-number text:level='1' "
      "style:num-format='a' style:num-suffix=')' text:start-value='3'/>"
      "<text:list-level-style-bullet text:level='2'/><text:list-level-style-number "
      "text:level='3' style:num-format=''/><x text:level='11'/></text:list-style>");
  const OdfList& list = *known.list("L1");
  EXPECT_TRUE(list[0].numbered);
  EXPECT_EQ(list[0].format, "lowerLetter");
  EXPECT_EQ(list[0].suffix, ")");
  EXPECT_EQ(list[0].start, 3);
  EXPECT_FALSE(list[1].numbered);
  EXPECT_FALSE(list[2].numbered);
  EXPECT_EQ(known.list("L2"), nullptr);
}

}  // namespace
}  // namespace vecstore
