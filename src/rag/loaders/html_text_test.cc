#include "rag/loaders/html_text.h"

#include <gtest/gtest.h>

#include "base/utf8.h"

namespace vecstore {
namespace {

HtmlText render(std::string page) {
  HtmlTree tree = HtmlTree::parse(page).value();
  return write_html_text(tree, std::vector<bool>(tree.nodes().size()));
}

std::string text(std::string page) { return render("<body>" + page).text; }

TEST(HtmlText, paragraphs_are_separated_by_an_empty_line) {
  EXPECT_EQ(text("<p>One\n  two.</p>\n<p>Three <b>four</b>.</p><div>five<div>six</div></div>"),
            "One two.\n\nThree four.\n\nfive\n\nsix");
}

TEST(HtmlText, inline_elements_neither_add_nor_lose_spaces) {
  EXPECT_EQ(text("<p>a<b>b</b>c <i>d</i>, <code>e</code><span> f</span>&nbsp;g"), "abc d, e f g");
}

TEST(HtmlText, line_breaks_end_lines) { EXPECT_EQ(text("a<br>b<br><br>c"), "a\nb\n\nc"); }

TEST(HtmlText, preformatted_text_is_kept_as_written) {
  EXPECT_EQ(text("<p>Do:</p><pre>\nint  a;\n\n  <b>if</b> (a &lt; 2)\tb();\n</pre><p>Then."),
            "Do:\n\nint  a;\n\n  if (a < 2)\tb();\n\nThen.");
}

TEST(HtmlText, list_items_are_lines) {
  EXPECT_EQ(text("<p>Two:<ul><li>a<li><p>b</p><p>c</p></li><li></li></ul>end"),
            "Two:\n\n- a\n- b\nc\n\nend");
  EXPECT_EQ(text("<ol><li>a<li>b</ol><ol start=7><li>c</ol>"), "1. a\n2. b\n\n7. c");
  EXPECT_EQ(text("<ul><li>a<ul><li>b</ul><li>c</ul>"), "- a\n- b\n- c");
}

TEST(HtmlText, terms_and_definitions_are_lines) {
  EXPECT_EQ(text("<dl><dt>FULL</dt><dd><p>Selects full.</p></dd><dt>X<dd>Y</dl>"),
            "FULL\nSelects full.\n\nX\nY");
}

TEST(HtmlText, a_row_of_data_is_a_line) {
  EXPECT_EQ(
      text("<table><caption>Types</caption><tr><th>Name<th>Size<tr><td><p>int</p><td>4<br>bytes"
           "<tr><td>a<td></table>after"),
      "Types\nName | Size\nint | 4 bytes\na\n\nafter");
}

TEST(HtmlText, a_table_of_blocks_is_read_block_by_block) {
  EXPECT_EQ(text("<table><tr><td><pre>a\n  b</pre><td>c</table>"), "a\n  b\n\nc");
  EXPECT_EQ(text("<table><tr><td>x<table><tr><td>1<td>2</table></table>"), "x\n\n1 | 2");
  EXPECT_EQ(text("<table><tr><td><p>lower ( text )</p><p>Converts.</p></table>"),
            "lower ( text )\n\nConverts.");
}

TEST(HtmlText, powers_are_not_glued_to_their_base) {
  EXPECT_EQ(text("2<sup>31</sup>-1 x<sup><small>2</small></sup> note<sup><a>a</a></sup>"),
            "2^31-1 x^2 notea");
}

TEST(HtmlText, headings_are_found_where_they_stand) {
  HtmlText page =
      render("<p>Before</p><h1><span>1. </span>The\n log</h1><p>Text</p><h3>Deep</h3><h2></h2>");
  EXPECT_EQ(page.text, "Before\n\n1. The log\n\nText\n\nDeep");
  ASSERT_EQ(page.headings.size(), 2u);
  EXPECT_EQ(page.headings[0].title, "1. The log");
  EXPECT_EQ(page.headings[0].level, 1);
  EXPECT_EQ(page.headings[0].begin, 8u);
  EXPECT_EQ(page.headings[1].level, 3);
  EXPECT_EQ(page.text.substr(page.headings[1].begin), "Deep");
}

TEST(HtmlText, a_heading_begins_with_its_text_and_not_with_its_line_breaks) {
  const HtmlText page = render("<p>a<h1><br>T</h1>b");
  EXPECT_EQ(page.text, "a\n\nT\n\nb");
  ASSERT_EQ(page.headings.size(), 1u);
  EXPECT_EQ(page.headings[0].begin, 3u);
  EXPECT_EQ(page.headings[0].title, "T");
}

TEST(HtmlText, a_heading_in_a_heading_leaves_both_their_titles) {
  HtmlText page = render("<h1>One <dc:x><h2>two</h2><h3> </h3></dc:x></h1><p>Text</p>");
  ASSERT_EQ(page.headings.size(), 2u);
  EXPECT_EQ(page.headings[0].title, "One  two");
  EXPECT_EQ(page.headings[1].title, "two");
  EXPECT_EQ(page.text.substr(page.headings[1].begin, 3), "two");
}

TEST(HtmlText, headings_in_headings_take_no_time) {
  std::string html;
  for (int i = 0; i < 3'000; ++i) html += "<h1><x>";
  HtmlText page = render(html + "deep<pre>" + std::string(1 << 20, ' ') + "</pre>");
  EXPECT_EQ(page.headings.size(), 6u);
}

TEST(HtmlText, numbers_of_characters_that_are_too_large_are_no_characters) {
  const std::string text = render(
                               "<p>&#99999999999999999992; &#x1000000000000D800; &#4294967361; "
                               "&#00000000000065; &#x00000000041;</p>")
                               .text;
  EXPECT_TRUE(is_valid_utf8(text));
  EXPECT_EQ(text, "\uFFFD \uFFFD \uFFFD A A");
}

TEST(HtmlText, a_heading_of_white_space_alone_is_none) {
  HtmlText page = render("<pre>x\n<h3>\n <svg></svg></h3></pre>");
  EXPECT_EQ(page.text, "x");
  EXPECT_TRUE(page.headings.empty());
}

TEST(HtmlText, the_heading_of_a_box_is_text) {
  for (const char* box : {"<div class=note>", "<div class='admonition warning'>", "<aside>",
                          "<blockquote>", "<ul><li>"}) {
    HtmlText page = render(std::string(box) + "<h3>Tip</h3><p>Inside</p>");
    EXPECT_TRUE(page.headings.empty()) << box;
    EXPECT_NE(page.text.find("Tip\n"), std::string::npos) << box;
  }
}

TEST(HtmlText, what_is_flagged_is_left_out_with_all_that_is_in_it) {
  HtmlTree tree = HtmlTree::parse("<p>a<b>b<i>c</i></b>d</p>").value();
  std::vector<bool> dropped(tree.nodes().size());
  for (std::size_t i = 0; i < dropped.size(); ++i)
    dropped[i] = tree.nodes()[i].tag() == GUMBO_TAG_B;
  EXPECT_EQ(write_html_text(tree, dropped).text, "ad");
}

}  // namespace
}  // namespace vecstore
