#include "rag/loaders/text_writer.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

TEST(TextWriter, white_space_becomes_one_space) {
  TextWriter writer;
  writer.add("  a\n\t b");
  writer.add("c ");
  writer.add(" d\u00a0e ");
  EXPECT_EQ(writer.take(), "a bc d e");
}

TEST(TextWriter, several_breaks_make_one_and_none_stands_at_an_end) {
  TextWriter writer;
  writer.break_line(2);
  writer.add("a ");
  writer.break_line(1);
  writer.break_line(2);
  writer.break_line(1);
  writer.add(" b");
  writer.break_line(2);
  EXPECT_EQ(writer.take(), "a\n\nb");
}

TEST(TextWriter, two_line_ends_make_an_empty_line) {
  TextWriter writer;
  writer.add("a");
  writer.end_line();
  writer.add("b");
  writer.end_line();
  writer.end_line();
  writer.end_line();
  writer.add("c");
  EXPECT_EQ(writer.take(), "a\nb\n\nc");
}

TEST(TextWriter, exact_text_keeps_its_white_space) {
  TextWriter writer;
  writer.add("a");
  writer.break_line(2);
  writer.add_exact("  x  =  1\n\n  y\n");
  writer.break_line(2);
  writer.add("b");
  EXPECT_EQ(writer.take(), "a\n\n  x  =  1\n\n  y\n\nb");
}

TEST(TextWriter, a_mark_waits_for_its_text_and_holds_breaks) {
  TextWriter writer;
  writer.add("a");
  writer.break_line(1);
  writer.mark_line("- ");
  writer.break_line(2);
  writer.mark_line("* ");
  writer.add(" b");
  writer.break_line(1);
  writer.mark_line("- ");
  writer.drop_mark();
  writer.break_line(2);
  writer.add("c");
  EXPECT_EQ(writer.take(), "a\n* b\n\nc");
}

TEST(TextWriter, cells_of_a_row_stand_on_one_line) {
  TextWriter writer;
  writer.begin_row();
  writer.add("a ");
  writer.break_line(2);
  writer.add("b");
  writer.separate_cell();
  writer.separate_cell();
  writer.add(" || ");
  writer.separate_cell();
  writer.end_row();
  writer.break_line(1);
  writer.begin_row();
  writer.separate_cell();
  writer.add("x");
  writer.end_row();
  EXPECT_EQ(writer.take(), "a b | | ||\n| x");
}

TEST(TextWriter, the_place_and_the_words_of_a_heading_can_be_asked) {
  TextWriter writer;
  writer.add("a");
  writer.break_line(2);
  std::size_t begin = writer.begin_text();
  EXPECT_EQ(begin, 3u);
  writer.add("two ");
  writer.end_line();
  writer.add("lines");
  EXPECT_EQ(writer.line_since(begin), "two lines");
  EXPECT_TRUE(writer.follows_word());
  writer.add(" ");
  EXPECT_FALSE(writer.follows_word());
}

TEST(TextWriter, what_begins_somewhere_stays_there) {
  for (const std::string_view between : {"", "\n", " \n \n\n"}) {
    TextWriter writer;
    writer.add("a");
    writer.break_line(2);
    const std::size_t begin = writer.begin_text();
    writer.add_exact(between);
    writer.end_line();  // asks for less than stands there
    writer.add("b");
    EXPECT_EQ(writer.line_since(begin), "b");
    EXPECT_EQ(writer.take(), "a\n\nb");
  }
}

TEST(TextWriter, a_text_begins_where_its_mark_does) {
  TextWriter writer;
  writer.add("a");
  writer.break_line(1);
  writer.mark_line("- ");
  EXPECT_EQ(writer.begin_text(), 2u);
  writer.add("b");
  EXPECT_EQ(writer.begin_text(), 5u);
  EXPECT_EQ(writer.take(), "a\n- b");
}

}  // namespace
}  // namespace vecstore
