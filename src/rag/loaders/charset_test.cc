#include "rag/loaders/charset.h"

#include <gtest/gtest.h>

#include "base/utf8.h"

namespace vecstore {
namespace {

std::string decoded(std::string_view label, std::string_view bytes, std::size_t replaced = 0) {
  auto decoder = CharsetDecoder::open(label);
  EXPECT_TRUE(decoder.has_value()) << label;
  std::string out;
  if (decoder) {
    EXPECT_EQ(decoder->decode(bytes, out), replaced) << label;
  }
  return out;
}

TEST(Charset, usual_labels_are_known) {
  EXPECT_EQ(decoded("ISO-8859-1", "na\xefve \x80"), "naïve €");  // as browsers read it
  EXPECT_EQ(decoded("iso-8859-15", "\xa4"), "€");
  EXPECT_EQ(decoded("KOI8-R", "\xf0\xd2\xc9\xd7\xc5\xd4"), "Привет");
  EXPECT_EQ(decoded("windows-1251", "\xcf\xf0\xe8\xe2\xe5\xf2"), "Привет");
  EXPECT_EQ(decoded("Shift_JIS", "\x82\xa0\x83\x5c"), "あソ");
  EXPECT_EQ(decoded("iso-2022-jp", "\x1b$B$\"\x1b(B!"), "あ!");
  EXPECT_EQ(decoded("gb2312", "\xc4\xe3\xba\xc3"), "你好");
  EXPECT_EQ(decoded("euc-kr", "\xb0\xa1"), "가");
  EXPECT_EQ(decoded("utf-16be", std::string_view("\0A\x20\xac", 4)), "A€");
  EXPECT_EQ(decoded("utf-7", "+AOQ-"), "ä");
}

TEST(Charset, what_it_does_not_have_is_replaced_and_counted) {
  EXPECT_EQ(decoded("utf-8",
                    "a\xff"
                    "b\xc3",
                    2),
            "a\xef\xbf\xbd"
            "b\xef\xbf\xbd");
  EXPECT_EQ(decoded("shift_jis", "\x82", 1), "\xef\xbf\xbd");
  EXPECT_EQ(decoded("windows-1252", "\x81", 1), "\xef\xbf\xbd");
}

TEST(Charset, every_call_begins_anew) {
  auto decoder = CharsetDecoder::open("iso-2022-jp");
  std::string out;
  decoder->decode("\x1b$B$\"", out);
  decoder->decode("$\"", out);
  EXPECT_EQ(out, "あ$\"");
}

TEST(Charset, long_input_comes_through_whole) {
  std::string bytes(100'000, '\xe4');
  EXPECT_EQ(decoded("latin1", bytes).size(), 200'000u);
}

TEST(Charset, other_labels_are_not_asked_of_the_library) {
  for (const char* label :
       {"", "x-klingon", "UTF-8//IGNORE", "../../etc/passwd", "char", "wchar_t"}) {
    EXPECT_FALSE(is_known_charset(label)) << label;
  }
}

TEST(Charset, bytes_are_made_valid) {
  std::string out = "x";
  EXPECT_EQ(append_valid_utf8(out, "ä\xe4\xe4z"), 2u);
  EXPECT_EQ(out, "xä\xef\xbf\xbd\xef\xbf\xbdz");
}

}  // namespace
}  // namespace vecstore
