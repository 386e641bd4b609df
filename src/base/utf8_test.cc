#include "base/utf8.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace vecstore {
namespace {

using namespace std::string_literals;

std::string encoded(char32_t value) {
  std::string out;
  append_utf8(out, value);
  return out;
}

TEST(Utf8, every_scalar_value_survives_the_round_trip) {
  for (char32_t value = 0; value <= 0x10FFFF; ++value) {
    if (value >= 0xD800 && value <= 0xDFFF) continue;
    const std::string text = encoded(value);
    const CodePoint point = decode_utf8(text);
    ASSERT_TRUE(point.valid && point.value == value && point.size == text.size())
        << static_cast<std::uint32_t>(value);
  }
  EXPECT_EQ(encoded(0x20AC), "\xE2\x82\xAC");
  EXPECT_EQ(encoded(0x10348), "\xF0\x90\x8D\x88");
}

TEST(Utf8, invalid_sequences_are_found_where_they_begin) {
  const std::string bad[] = {
      "\x80"s,              // a continuation alone
      "\xC0\x80"s,          // NUL, not in its shortest form
      "\xC1\xBF"s,          // DEL, likewise
      "\xE0\x9F\xBF"s,      // U+07FF, likewise
      "\xF0\x8F\xBF\xBF"s,  // U+FFFF, likewise
      "\xED\xA0\x80"s,      // a surrogate
      "\xED\xBF\xBF"s,
      "\xF4\x90\x80\x80"s,  // above U+10FFFF
      "\xF5\x80\x80\x80"s,
      "\xFE"s,
      "\xFF"s,
      "\xC3"s,
      "\xE2\x82"s,
      "\xF0\x9F\x98"s,  // cut off
      "\xE2\x28\xA1"s,  // no continuation
  };
  for (const std::string& sequence : bad) {
    for (const std::string& before : {""s, "a"s, "12345678"s, "1234567\xC3\xA9"s, "\0"s}) {
      const std::string text = before + sequence + "z";
      EXPECT_EQ(invalid_utf8_at(text), before.size());
      EXPECT_FALSE(is_valid_utf8(text));
      EXPECT_EQ(invalid_utf8_at(before + sequence), before.size());
    }
    const CodePoint point = decode_utf8(sequence);
    EXPECT_FALSE(point.valid);
    EXPECT_EQ(point.value, char32_t{0xFFFD});
    EXPECT_EQ(point.size, 1u);
  }
}

TEST(Utf8, valid_text_is_valid) {
  for (const std::string& text :
       {""s, "\0"s, "plain ascii, longer than eight"s, "gr\xC3\xBC\xC3\x9F"s,
        "\xE6\xBC\xA2\xE5\xAD\x97"s, "12345678\xF0\x9F\x98\x80"s, "\xEF\xBF\xBE"s}) {
    EXPECT_TRUE(is_valid_utf8(text));
    EXPECT_EQ(invalid_utf8_at(text), text.npos);
  }
}

TEST(Utf8, the_fast_check_agrees_with_decoding_one_by_one) {
  Random random(16);
  const std::string parts[] = {"a",    "12345678", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80",
                               "\xC3", "\x80"};
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (std::size_t n = random.below(6); n > 0; --n) text += parts[random.below(7)];
    std::size_t at = 0;
    while (at < text.size() && decode_utf8(std::string_view(text).substr(at)).valid) {
      at += decode_utf8(std::string_view(text).substr(at)).size;
    }
    ASSERT_EQ(invalid_utf8_at(text), at == text.size() ? text.npos : at);
  }
}

TEST(Utf8, long_text_is_shortened_at_a_code_point) {
  EXPECT_EQ(shorten(std::string(40, 'a')), std::string(40, 'a'));
  std::string accents;
  for (int i = 0; i < 41; ++i) accents += "é";
  EXPECT_EQ(shorten(accents), accents.substr(0, 80) + "…");
}

}  // namespace
}  // namespace vecstore
