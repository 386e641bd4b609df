#include "rag/loaders/pdf/pdf_filters.h"

#include <gtest/gtest.h>

#include "rag/loaders/pdf/test_pdf.h"

namespace vecstore {
namespace {

std::string decoded(std::string_view bytes, const std::vector<PdfFilter>& filters) {
  LoadBudget budget;
  Result<std::string> out = decode_pdf_stream(bytes, filters, budget);
  EXPECT_TRUE(out.ok()) << out.status().to_string();
  return out.ok() ? *out : std::string();
}

TEST(PdfFilters, each_is_undone) {
  EXPECT_EQ(decoded(deflated("hello"), {{"FlateDecode"}}), "hello");
  EXPECT_EQ(decoded("68 65 6C6c6F7>x", {{"ASCIIHexDecode"}}), "hellop");
  EXPECT_EQ(decoded("<~BOu!rDZ~>", {{"A85"}}), "");  // as in files, not in mails
  EXPECT_EQ(decoded("BOu!r\nDZ~>", {{"ASCII85Decode"}}), "hello");
  EXPECT_EQ(decoded("z~>", {{"A85"}}), std::string(4, '\0'));
  EXPECT_EQ(decoded(std::string("\x02"
                                "abc"
                                "\xfe"
                                "x"
                                "\x80zzz",
                                9),
                    {{"RL"}}),
            "abcxxx");
}

// The example of the specification, 7.4.4.2.
TEST(PdfFilters, lzw_reads_the_example_of_the_specification) {
  const std::string packed("\x80\x0B\x60\x50\x22\x0C\x0C\x85\x01", 9);
  const std::string plain = {45, 45, 45, 45, 45, 65, 45, 45, 45, 66};
  EXPECT_EQ(decoded(packed, {{"LZWDecode"}}), plain);
}

TEST(PdfFilters, they_are_chained) {
  std::string hex;
  for (const char c : deflated("text")) {
    hex += "0123456789ABCDEF"[static_cast<unsigned char>(c) >> 4];
    hex += "0123456789ABCDEF"[c & 15];
  }
  EXPECT_EQ(decoded(hex + ">", {{"AHx"}, {"Fl"}}), "text");
}

TEST(PdfFilters, predictors_of_png_and_tiff_are_undone) {
  const std::string rows(
      "\x00"
      "abc"
      "\x01"
      "a\x01\x01"
      "\x02\x01\x01\x01",
      12);
  EXPECT_EQ(decoded(deflated(rows), {{"FlateDecode", 15, 1, 8, 3}}), "abcabcbcd");
  EXPECT_EQ(decoded(deflated("a\x01\x01"
                             "b\x01\x01"),
                    {{"FlateDecode", 2, 1, 8, 3}}),
            "abcbcd");
}

TEST(PdfFilters, data_that_breaks_off_gives_what_was_before) {
  const std::string text(100'000, 'x');
  std::string packed = deflated(text + "end");
  packed.resize(packed.size() / 2);
  const std::string out = decoded(packed, {{"FlateDecode"}});
  EXPECT_GT(out.size(), 10'000u);
  EXPECT_EQ(out.find_first_not_of('x'), out.npos);
}

TEST(PdfFilters, a_bomb_ends_at_the_budget) {
  std::string bomb = deflated(deflated(std::string(64 << 20, '\0')));
  LoadLimits limits;
  limits.unpacked_bytes = 1 << 20;
  LoadBudget budget(limits);
  const std::vector<PdfFilter> twice = {{"FlateDecode"}, {"FlateDecode"}};
  EXPECT_EQ(decode_pdf_stream(bomb, twice, budget).status().code(), Code::kResourceExhausted);
  EXPECT_TRUE(budget.exhausted());
  LoadBudget other(limits);
  const std::string runs(20'000, '\x81');
  EXPECT_EQ(decode_pdf_stream(runs, std::vector<PdfFilter>{{"RL"}}, other).status().code(),
            Code::kResourceExhausted);
}

TEST(PdfFilters, filters_of_images_and_too_many_are_refused) {
  LoadBudget budget;
  EXPECT_EQ(decode_pdf_stream("", std::vector<PdfFilter>{{"DCTDecode"}}, budget).status().code(),
            Code::kUnimplemented);
  EXPECT_EQ(decode_pdf_stream("", std::vector<PdfFilter>(9, {"AHx"}), budget).status().code(),
            Code::kInvalidArgument);
}

}  // namespace
}  // namespace vecstore
