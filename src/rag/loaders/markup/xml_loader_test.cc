#include "rag/loaders/markup/xml_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rag/loaders/test_invariants.h"

namespace vecstore {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Document load(std::string_view xml) {
  auto documents = XmlLoader().load({xml, "a.xml", {}});
  EXPECT_TRUE(documents.ok()) << documents.status().to_string();
  if (!documents.ok()) return {};
  EXPECT_EQ(broken_invariant(documents->front()), "");
  return std::move(documents)->front();
}

std::string text_of(std::string_view xml) { return load(xml).text; }

constexpr std::string_view kBook = R"xml(<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE book [ <!ENTITY lol "lol"> <!-- it's --> ]>
<d:book xmlns:d="http://docbook.org/ns/docbook" xml:lang="en" version='>5.0'>
  <info><title>The <emphasis>book</emphasis></title><author><personname>Ann Bee</personname></author></info>
  <chapter><title>Begin &amp; end</title>
    <para><emphasis>Words</emphasis> in
      lines<indexterm><primary>no</primary></indexterm>.</para>
    <section><title>Deeper</title>
      <programlisting>int  x;
  y &lt; <![CDATA[<z>]]></programlisting>
      <itemizedlist><listitem><para>One</para></listitem><listitem><para>Two &#8212; 2</para></listitem></itemizedlist>
      <table><title>A table</title><tgroup><thead><row><entry>Name</entry><entry>Sum</entry></row></thead>
      <tbody><row><entry><para>Apples</para></entry><entry>4</entry></row></tbody></tgroup></table>
      <!-- a comment --><?a processing instruction?><para>&lol;</para>
    </section>
  </chapter>
</d:book>)xml";

TEST(XmlLoader, a_book_becomes_its_text) {
  Document document = load(kBook);
  EXPECT_EQ(document.text,
            "The book\n\nAnn Bee\n\n"
            "Begin & end\n\nWords in lines.\n\n"
            "Deeper\n\nint  x;\n  y < <z>\n\n"
            "- One\n\n- Two — 2\n\n"
            "A table\n\nName | Sum\nApples | 4\n\n&lol;");
  ASSERT_EQ(document.headings.size(), 3u);
  EXPECT_EQ(document.headings[0].level, 1);
  EXPECT_EQ(document.headings[1].level, 2);
  EXPECT_EQ(document.headings[2].level, 3);
  EXPECT_EQ(document.headings[2].begin, document.text.find("Deeper"));
  EXPECT_EQ(document.metadata,
            (Metadata{{"title", "The book"}, {"author", "Ann Bee"}, {"language", "en"}}));
  EXPECT_THAT(document.remarks, ElementsAre("entities are not expanded, such as &lol;"));
}

TEST(XmlLoader, a_title_in_a_title_is_a_part_of_it) {
  Document document = load(
      "<book><section><title>One <section><title>two</title></section></title>"
      "<para>Text</para></section></book>");
  ASSERT_EQ(document.headings.size(), 1u);
  EXPECT_EQ(document.headings[0].title, "One two");
}

TEST(XmlLoader, elements_of_data_are_lines) {
  EXPECT_EQ(
      text_of(
          "<rows><row><name>Apples</name><sum>4</sum></row><row><name>Pears</name></row></rows>"),
      "Apples\n4\nPears");
}

TEST(XmlLoader, a_declared_encoding_is_read) {
  EXPECT_EQ(text_of("<?xml version='1.0' encoding='koi8-r'?><a>\xf0\xd2</a>"), "Пр");
  EXPECT_EQ(text_of(std::string_view("\xff\xfe<\0a\0>\0\xac\x20<\0/\0a\0>\0", 18)), "€");
}

TEST(XmlLoader, broken_markup_is_taken_with_a_remark) {
  Document document = load("<a>\n<b>x</c>y</a>z < 1 </a>");
  EXPECT_EQ(document.text, "xy\nz < 1");
  EXPECT_THAT(document.remarks,
              ElementsAre(HasSubstr("2 end tags that fit no start tag, the first on line 2")));
  EXPECT_EQ(text_of("<b/><a b=\"c>d"), "<a b=\"c>d");
}

TEST(XmlLoader, what_has_no_element_and_what_is_too_deep_are_errors) {
  EXPECT_EQ(XmlLoader().load({"text", {}, {}}).status().code(), Code::kInvalidArgument);
  std::string deep;
  for (int i = 0; i < 2000; ++i) deep += "<a>";
  EXPECT_THAT(XmlLoader().load({deep, {}, {}}).status().message(), HasSubstr("deeper than 1000"));
}

TEST(XmlLoader, ten_megabytes_of_the_worst_take_a_moment) {
  for (const char* piece : {"<a/>", "</a>", "<a b=\"", "&a", "&amp;", "<!--", "<![CDATA[",
                            "<title>x</title>", "<a>x</b>"}) {
    std::string xml = "<chapter>";
    while (xml.size() < (3u << 20)) xml += piece;
    (void)XmlLoader().load({xml, {}, {}});
  }
}

}  // namespace
}  // namespace vecstore
