#include "cli/terminal.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

TEST(Terminal, width_counts_columns_not_bytes) {
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("äöü"), 3u);
  EXPECT_EQ(display_width("日本"), 4u);
  EXPECT_EQ(display_width("e\u0301"), 1u);
}

TEST(Terminal, strangers_text_cannot_send_commands) {
  EXPECT_EQ(printable("a\x1b[2Jb\nc\xff"), "a [2Jb c\uFFFD");
}

TEST(Terminal, escaped_text_is_one_line_that_can_be_read_back) {
  EXPECT_EQ(escaped("a\n\t\r\\\x1b\u202eä"), "a\\n\\t\\r\\\\\\u001b\\u202eä");
}

TEST(Terminal, fitting_cuts_at_whole_characters) {
  EXPECT_EQ(fit("abc", 3), "abc");
  EXPECT_EQ(fit("abcd", 3), "ab…");
  EXPECT_EQ(fit("日本語", 5), "日本…");
}

TEST(Terminal, wrapping_keeps_words_and_counts_lines) {
  EXPECT_EQ(wrap("one two\n three four", 8, 9, "  "), "  one two\n  three\n  four\n");
  EXPECT_EQ(wrap("one two three four", 8, 2, ""), "one two\nthree f…\n");
  EXPECT_EQ(wrap("", 8, 2, ""), "");
  EXPECT_EQ(wrap("abcdefghijkl", 8, 2, ""), "abcdefg…\n");
}

TEST(Terminal, numbers_are_for_people) {
  EXPECT_EQ(format_count(0), "0");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(1234567), "1,234,567");
  EXPECT_EQ(format_bytes(999), "999 B");
  EXPECT_EQ(format_bytes(1500), "1.5 kB");
  EXPECT_EQ(format_bytes(999'999), "1.0 MB");
  EXPECT_EQ(format_duration(0.012), "12 ms");
  EXPECT_EQ(format_duration(0.0012), "1.2 ms");
  EXPECT_EQ(format_duration(5.25), "5.2 s");
  EXPECT_EQ(format_duration(125), "2m05s");
  EXPECT_EQ(format_duration(3700), "1h01m");
}

TEST(Terminal, progress_says_share_rate_and_rest) {
  EXPECT_EQ(progress_line(1000, 2000, "records", 2),
            "[############------------] 50%  1,000/2,000 records  500/s  ETA 2.0 s");
  EXPECT_EQ(progress_line(1000, 0, "records", 2), "1,000 records  500/s");
}

}  // namespace
}  // namespace vecstore
