#include "rag/loaders/pdf/pdf_lexer.h"

#include <gtest/gtest.h>

#include <vector>

namespace vecstore {
namespace {

using Kind = PdfToken::Kind;

std::vector<PdfToken> tokens(std::string_view bytes) {
  PdfLexer lexer(bytes);
  std::vector<PdfToken> out;
  for (PdfToken token = lexer.next(); token.kind != Kind::kEnd; token = lexer.next()) {
    out.push_back(token);
  }
  return out;
}

TEST(PdfLexer, numbers_are_read_as_far_as_they_go) {
  const std::vector<double> wanted = {1, -2.5, 0.5, -7, 5, 1, 0};
  const auto found = tokens("1 -2.5 .5 --7 +5 1.-2 .");
  ASSERT_EQ(found.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_EQ(found[i].kind, Kind::kNumber);
    EXPECT_DOUBLE_EQ(found[i].number, wanted[i]);
  }
}

TEST(PdfLexer, strings_lose_their_escapes) {
  EXPECT_EQ(tokens("(a(b)\\)\\n\\101\\7\\\nc\\q)")[0].text, "a(b))\nA\7cq");
  EXPECT_EQ(tokens("<48 65 6>")[0].text, "He`");
  EXPECT_EQ(tokens("(open")[0].text, "open");
}

TEST(PdfLexer, names_words_and_brackets_are_told_apart) {
  const auto found = tokens("/A#42#zz [ << /B true >> ] T* % comment\nTj");
  ASSERT_EQ(found.size(), 9u);
  EXPECT_EQ(found[0].text, "AB#zz");
  EXPECT_EQ(found[1].kind, Kind::kArrayBegin);
  EXPECT_EQ(found[2].kind, Kind::kDictBegin);
  EXPECT_TRUE(found[4].is("true"));
  EXPECT_EQ(found[5].kind, Kind::kDictEnd);
  EXPECT_TRUE(found[7].is("T*"));
  EXPECT_TRUE(found[8].is("Tj"));
}

TEST(PdfLexer, an_inline_image_is_gone_over) {
  PdfLexer lexer(" \x01 EI \x02\x03 EIx EI\nQ (text) Tj");
  lexer.skip_inline_image();
  EXPECT_TRUE(lexer.next().is("Q"));
  PdfLexer open("no end");
  open.skip_inline_image();
  EXPECT_EQ(open.next().kind, Kind::kEnd);
}

}  // namespace
}  // namespace vecstore
