#include "rag/loaders/encoding.h"

#include <gtest/gtest.h>

#include "base/utf8.h"

namespace vecstore {
namespace {

using namespace std::string_literals;

DecodedText decoded(std::string_view bytes, std::string_view declared = {}) {
  Result<DecodedText> result = decode_text(bytes, declared);
  EXPECT_TRUE(result.ok()) << result.status().to_string();
  return std::move(result).value_or({});
}

// Why binary content is refused.
std::string refusal(std::string_view bytes) {
  Result<DecodedText> result = decode_text(bytes);
  EXPECT_EQ(result.status().code(), Code::kUnimplemented);
  return result.status().message();
}

TEST(Encoding, utf8_stays_as_it_is) {
  DecodedText text = decoded("naïve — 漢字 🤖\r\n");
  EXPECT_EQ(text.text, "naïve — 漢字 🤖\r\n");
  EXPECT_EQ(text.encoding, "utf-8");
  EXPECT_EQ(text.mark_bytes, 0u);
  EXPECT_EQ(text.replaced, 0u);
  EXPECT_EQ(decoded("").text, "");
}

TEST(Encoding, a_byte_order_mark_is_taken_off_and_counted) {
  DecodedText text = decoded("\xef\xbb\xbfhé");
  EXPECT_EQ(text.text, "hé");
  EXPECT_EQ(text.mark_bytes, 3u);
}

TEST(Encoding, utf16_of_both_byte_orders_is_converted) {
  EXPECT_EQ(decoded("\xff\xfeh\0\xe9\0\x3d\xd8\x00\xde"s).text, "hé😀");
  EXPECT_EQ(decoded("\xff\xfeh\0"s).encoding, "utf-16le");
  DecodedText big = decoded("\xfe\xff\0h\0\xe9\xd8\x3d\xde\x00"s);
  EXPECT_EQ(big.text, "hé😀");
  EXPECT_EQ(big.encoding, "utf-16be");
}

TEST(Encoding, broken_utf16_is_replaced_and_counted) {
  DecodedText text = decoded(
      "\xff\xfe"
      "a\0"
      "\x00\xd8"
      "b\0"
      "\x00\xdc"
      "c"s);
  EXPECT_EQ(text.text,
            "a\uFFFD"
            "b\uFFFD\uFFFD");
  EXPECT_EQ(text.replaced, 3u);
}

TEST(Encoding, bytes_that_are_no_utf8_are_windows_1252) {
  DecodedText text = decoded("caf\xe9 \x93quoted\x94 5 \x80 \x81");
  EXPECT_EQ(text.text, "café “quoted” 5 € \u0081");
  EXPECT_EQ(text.encoding, "windows-1252");
}

TEST(Encoding, mostly_valid_utf8_keeps_its_letters_and_replaces_the_rest) {
  DecodedText text = decoded("déjà vu \xff naïve");
  EXPECT_EQ(text.text, "déjà vu \uFFFD naïve");
  EXPECT_EQ(text.encoding, "utf-8");
  EXPECT_EQ(text.replaced, 1u);
  EXPECT_EQ(decoded("caf\xe9", "UTF-8").text, "caf\uFFFD");
}

TEST(Encoding, valid_utf8_wins_over_what_is_declared) {
  EXPECT_EQ(decoded("é", "iso-8859-1").text, "é");
  EXPECT_EQ(decoded("\xe9", "ISO-8859-1").text, "é");
}

TEST(Encoding, other_charsets_are_read_when_declared) {
  DecodedText text = decoded("\x8a\xbf\x8e\x9a", "Shift_JIS");
  EXPECT_EQ(text.text, "漢字");
  EXPECT_EQ(text.encoding, "shift_jis");
}

TEST(Encoding, an_unknown_charset_is_refused_by_name_unless_the_bytes_are_utf8) {
  Status status = decode_text("\x8a\xbf\x8e\x9a", "x-klingon").status();
  EXPECT_EQ(status.code(), Code::kInvalidArgument);
  EXPECT_EQ(status.message(), "charset 'x-klingon' is not supported and the bytes are not UTF-8");
  EXPECT_EQ(decoded("plain", "shift_jis").text, "plain");
  EXPECT_TRUE(is_valid_utf8(decode_text("\x8a", "a\xff").status().message()));
}

TEST(Encoding, binary_content_is_refused_with_the_reason) {
  EXPECT_EQ(refusal("abc\0def"s), "not text: a NUL byte at offset 3");
  EXPECT_EQ(refusal("%PDF-1.7\nplain ascii"), "not text: a PDF file under another format's name");
  EXPECT_EQ(refusal("\x89PNG\r\n\x1a\n\0\0\0"s), "not text: a PNG image, which has no loader");
  EXPECT_EQ(refusal("PK\x03\x04\x14\0\0\0"s),
            "not text: a ZIP archive (or an Office or EPUB file) under another format's name");
  EXPECT_EQ(refusal("\x01\x02\x03\x04 text"), "not text: 4 control characters in 9 bytes");
  EXPECT_EQ(refusal("\xff\xfe"
                    "a\0\0\0"s),
            "not text: a NUL byte at offset 1");
}

TEST(Encoding, a_few_control_characters_are_text) {
  std::string log = "\x1b[31merror\x1b[0m: page\f two " + std::string(100, 'x') + "\x01";
  EXPECT_EQ(decoded(log).text, log);
}

TEST(Encoding, a_document_says_where_its_text_lies_in_the_file) {
  Document plain = decode_document({"text", "a.txt"}, "text").value();
  EXPECT_EQ(plain.file_offset, 0u);
  EXPECT_EQ(plain.kind, "text");
  EXPECT_TRUE(plain.metadata.empty());
  EXPECT_EQ(decode_document({"\xef\xbb\xbftext", ""}, "text").value().file_offset, 3u);
}

TEST(Encoding, a_converted_document_has_no_file_offset_and_names_its_encoding) {
  Document latin = decode_document({"caf\xe9", ""}, "text").value();
  EXPECT_EQ(latin.file_offset, std::nullopt);
  EXPECT_EQ(*latin.metadata.find("encoding"), Value("windows-1252"));
  Document damaged = decode_document({"é\xff é", ""}, "text").value();
  EXPECT_EQ(damaged.file_offset, std::nullopt);
  EXPECT_EQ(damaged.replaced, 1u);
}

TEST(Encoding, every_byte_string_becomes_valid_utf8_or_an_error) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      std::string bytes = {static_cast<char>(first), static_cast<char>(second), 'a', '\n'};
      Result<DecodedText> text = decode_text(bytes);
      ASSERT_TRUE(!text.ok() || is_valid_utf8(text->text)) << first << " " << second;
    }
  }
}

}  // namespace
}  // namespace vecstore
