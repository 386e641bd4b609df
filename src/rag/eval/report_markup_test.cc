#include "rag/eval/report_markup.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

TEST(ReportMarkup, text_stays_text) {
  EXPECT_EQ(escaped_html("<script>\"a\" & 'b'</script>"),
            "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/script&gt;");
  EXPECT_EQ(escaped_html(std::string_view("a\0b\x1b[2J\x7f\tc\n", 11)), "a�b�[2J�\tc\n");
  EXPECT_EQ(escaped_html("a\xe2\x80\xae"
                         "b\xc2\x9b"),
            "a�b�")
      << "turned around, and C1";
  EXPECT_EQ(escaped_html("\xff\xc3é"), "��é");
}

TEST(ReportMarkup, long_text_is_cut_between_characters) {
  EXPECT_EQ(cut_text("äöü", 3), "äöü");
  EXPECT_EQ(cut_text("äöü", 2), "äö…");
  EXPECT_EQ(cut_text("", 2), "");
}

TEST(ReportMarkup, numbers_have_their_digits_and_zero_has_no_sign) {
  EXPECT_EQ(decimal(0.12345, 4), "0.1235");
  EXPECT_EQ(decimal(-0.00001, 2), "0.00");
  EXPECT_EQ(decimal(-0.5, 1), "-0.5");
  EXPECT_EQ(decimal(1e300, 0).size(), 301u);
  EXPECT_EQ(signed_decimal(0.5, 2), "+0.50");
  EXPECT_EQ(signed_decimal(0, 2), "0.00");
  EXPECT_EQ(signed_decimal(-0.5, 2), "−0.50");
}

}  // namespace
}  // namespace vecstore
