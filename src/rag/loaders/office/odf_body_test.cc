#include "rag/loaders/office/odf_body.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

constexpr const char* kStyles =
    "<d><s:automatic-styles><text:list-style style:name='L1'><text:list-level-style-number "
    "text:level='1' style:num-format='1' style:num-suffix='.'/></text:list-style>"
    "</s:automatic-styles><s:styles><text:outline-style><text:outline-level-style text:level='2' "
    "style:num-format='1' style:num-suffix='.'/><text:outline-level-style text:level='3' "
    "style:num-format='a' text:display-levels='3'/></text:outline-style></s:styles></d>";

Document write(const std::string& xml) {
  OdfStyles styles;
  styles.read(XmlTree::parse(kStyles).value().root());
  const XmlTree tree = XmlTree::parse("<b>" + xml + "</b>", XmlSpace::kKeep).value();
  OdfBody body(styles);
  body.write(tree.root());
  Document document;
  document.place = "slide";
  EXPECT_TRUE(body.text().finish(document).ok());
  if (!body.title().empty()) document.metadata["title"] = body.title();
  return document;
}

TEST(OdfBody, headings_and_the_title_are_told_from_text) {
  const Document document = write(
      "<text:p text:style-name='Title'>The <text:span>Whole</text:span></text:p>\n"
      "<text:h text:outline-level='2'>Part</text:h><text:p>some<text:s text:c='9'/>"
      "<text:span>words</text:span> <text:span>more</text:span><text:tab/>x"
      "<text:line-break/>y</text:p>");
  EXPECT_EQ(document.text, "The Whole\n\n1. Part\n\nsome words more x\ny");
  ASSERT_EQ(document.headings.size(), 2U);
  EXPECT_EQ(document.headings[1].level, 2);
  EXPECT_EQ(document.metadata, (Metadata{{"title", "The Whole"}}));
}

TEST(OdfBody, headings_are_numbered_as_the_outline_says) {
  const auto heading = [](const std::string& level) {
    return "<text:h text:outline-level='" + level + "'>x</text:h>";
  };
  EXPECT_EQ(write(heading("1") + heading("3") + heading("2") + heading("3") + heading("3") +
                  heading("2") + heading("3"))
                .text,
            "x\n\n1.a x\n\n1. x\n\n1.a x\n\n1.b x\n\n2. x\n\n2.a x");
}

TEST(OdfBody, lists_have_numbers_or_dashes) {
  const auto item = [](const std::string& inner) {
    return "<text:list-item>" + inner + "</text:list-item>";
  };
  EXPECT_EQ(
      write("<text:list text:style-name='L1'>" + item("<text:p>a</text:p><text:p>b</text:p>") +
            item("<text:p>c</text:p><text:list>" + item("<text:p>d</text:p>") + "</text:list>") +
            "</text:list><text:p>after</text:p>")
          .text,
      "1. a\nb\n2. c\n  - d\n\nafter");
}

TEST(OdfBody, lists_go_on_where_they_say_so) {
  const auto list = [](const std::string& attributes) {
    return "<text:list text:style-name='L1' " + attributes +
           "><text:list-item><text:p>x</text:p></text:list-item></text:list><text:p>-</text:p>";
  };
  EXPECT_EQ(write(list("xml:id='a'") + list("") + list("text:continue-list='a'") +
                  list("text:continue-numbering='true'"))
                .text,
            "1. x\n\n-\n\n1. x\n\n-\n\n2. x\n\n-\n\n3. x\n\n-");
}

TEST(OdfBody, tables_are_rows_and_notes_follow) {
  const std::string note =
      "<text:note text:note-class='footnote'><text:note-citation>7</text:note-citation>"
      "<text:note-body><text:p>why</text:p></text:note-body></text:note>";
  EXPECT_EQ(write("<table:table><table:table-row><table:table-cell><text:p>a" + note +
                  "</text:p></table:table-cell><table:table-cell><text:p>b</text:p>"
                  "</table:table-cell></table:table-row></table:table><text:p>c" +
                  note + "d" + "</text:p>")
                .text,
            "a[1] | b\n\n[1] why\n\nc[2]d\n\n[2] why");
}

TEST(OdfBody, what_a_reader_does_not_see_is_left_out) {
  EXPECT_EQ(write("<text:tracked-changes><text:p>gone</text:p></text:tracked-changes>"
                  "<text:table-of-content><text:p>toc</text:p></text:table-of-content>"
                  "<text:section text:display='none'><text:p>hidden</text:p></text:section>"
                  "<text:p><draw:frame><svg:title>alt</svg:title><draw:text-box><text:p>box"
                  "</text:p></draw:text-box></draw:frame><text:title>field</text:title>"
                  "<office:annotation><text:p>note</text:p></office:annotation></text:p>")
                .text,
            "box\n\nfield");
}

TEST(OdfBody, slides_are_places_with_titles_and_notes) {
  const Document document = write(
      "<draw:page><draw:frame presentation:class='title'><draw:text-box><text:p>One</text:p>"
      "</draw:text-box></draw:frame><draw:frame presentation:class='outline'><draw:text-box>"
      "<text:list><text:list-item><text:p>point</text:p></text:list-item></text:list>"
      "</draw:text-box></draw:frame><draw:frame presentation:class='page-number'>"
      "<text:p>1</text:p></draw:frame><presentation:notes><draw:frame presentation:"
      "class='notes'><text:p>say</text:p></draw:frame></presentation:notes></draw:page>"
      "<draw:page><draw:frame><text:p/><text:p>untitled</text:p></draw:frame></draw:page>");
  EXPECT_EQ(document.text, "One\n\n- point\n\nNotes: say\n\nuntitled");
  ASSERT_EQ(document.places.size(), 2U);
  EXPECT_EQ(document.places[1].begin, document.text.find("untitled"));
  ASSERT_EQ(document.headings.size(), 2U);
  EXPECT_EQ(document.headings[1].title, "untitled");
}

TEST(OdfBody, nesting_of_any_depth_ends_soon) {
  for (const char* name : {"text:p", "text:list", "text:list-item", "table:table", "draw:page",
                           "text:note", "draw:frame"}) {
    std::string xml, close;
    while (xml.size() + close.size() < 2'000'000) {
      xml += "<" + std::string(name) + ">";
      close += "</" + std::string(name) + ">";
    }
    EXPECT_EQ(write(xml + "<text:p>deep</text:p>" + close).text.substr(0, 4),
              std::string(name) == "text:note" ? "[1]" : "deep");
  }
}

}  // namespace
}  // namespace vecstore
