#include "rag/loaders/office/docx_body.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

// 10 MB of the worst nesting: a loop, and linear.
TEST(DocxBody, nesting_of_any_depth_ends_soon) {
  for (const char* name : {"w:p", "w:tbl", "w:tc", "w:sdt", "w:r"}) {
    std::string xml = "<w:body>", close;
    const std::string open = "<" + std::string(name) + ">", end = "</" + std::string(name) + ">";
    while (xml.size() + close.size() < 2'000'000) {
      xml += open;
      close += end;
    }
    xml += "<w:t>deep</w:t>" + close + "</w:body>";
    const XmlTree tree = XmlTree::parse(xml).value();
    const DocxStyles styles;
    DocxBody body(styles, DocxNumbering());
    body.write(tree.root());
    Document document;
    EXPECT_TRUE(body.text().finish(document).ok());
    EXPECT_EQ(document.text, "deep") << name;
  }
}

}  // namespace
}  // namespace vecstore
