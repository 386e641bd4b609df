#include "rag/loaders/office/office_text.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

Document finish(OfficeText& text, std::string place = {}) {
  Document document;
  document.place = std::move(place);
  EXPECT_TRUE(text.finish(document).ok());
  return document;
}

void paragraph(OfficeText& text, std::string_view words, const ParagraphForm& form = {}) {
  text.begin_paragraph(form);
  text.add(words);
  text.end_paragraph();
}

TEST(OfficeText, headings_stand_where_their_text_begins) {
  OfficeText text;
  paragraph(text, "Intro");
  paragraph(text, "Scope\tand aim", {.heading = 2, .mark = "1.1 "});
  paragraph(text, "", {.heading = 1});
  paragraph(text, "  words ");
  const Document document = finish(text);
  EXPECT_EQ(document.text, "Intro\n\n1.1 Scope and aim\n\nwords");
  ASSERT_EQ(document.headings.size(), 1U);
  EXPECT_EQ(document.headings[0].title, "1.1 Scope and aim");
  EXPECT_EQ(document.headings[0].level, 2);
  EXPECT_EQ(document.headings[0].begin, 7U);
}

TEST(OfficeText, list_items_stand_line_by_line) {
  OfficeText text;
  paragraph(text, "before");
  paragraph(text, "one", {.mark = "1. ", .item = true});
  paragraph(text, "", {.mark = "2. ", .item = true});
  paragraph(text, "two", {.mark = "  - ", .item = true});
  paragraph(text, "after");
  EXPECT_EQ(finish(text).text, "before\n\n1. one\n  - two\n\nafter");
}

TEST(OfficeText, a_row_is_a_line_and_has_no_headings) {
  OfficeText text;
  text.begin_table();
  for (int row = 0; row < 2; ++row) {
    text.begin_row();
    for (const char* cell : {"a", "b"}) {
      text.begin_cell();
      paragraph(text, cell, {.heading = 1});
      paragraph(text, "more");
    }
    text.end_row();
  }
  text.end_table();
  paragraph(text, "after");
  const Document document = finish(text);
  EXPECT_EQ(document.text, "a more | b more\na more | b more\n\nafter");
  EXPECT_TRUE(document.headings.empty());
}

TEST(OfficeText, places_begin_with_their_first_text) {
  OfficeText text;
  text.begin_place(1);
  paragraph(text, "one");
  text.begin_place(2);
  text.begin_place(3);
  paragraph(text, "three", {.heading = 1});
  text.begin_place(4);
  paragraph(text, " ");
  const Document document = finish(text, "slide");
  ASSERT_EQ(document.places.size(), 2U);
  EXPECT_EQ(document.places[0].begin, 0U);
  EXPECT_EQ(document.places[1].begin, 5U);
  EXPECT_EQ(document.places[1].number, 3);
  EXPECT_EQ(document.headings[0].begin, 5U);
}

TEST(OfficeText, too_many_headings_are_an_error) {
  OfficeText text;
  for (std::size_t i = 0; i <= kMaxHeadings; ++i) paragraph(text, "x", {.heading = 1});
  Document document;
  EXPECT_EQ(text.finish(document).code(), Code::kResourceExhausted);
}

TEST(KeepProperty, properties_are_short_lines) {
  Metadata metadata;
  keep_property(metadata, "title", " A\n title ");
  keep_property(metadata, "author", " ");
  keep_property(metadata, "subject", std::string(kMaxTitleBytes + 1, 'x'));
  EXPECT_EQ(metadata, (Metadata{{"title", "A title"}}));
}

}  // namespace
}  // namespace vecstore
