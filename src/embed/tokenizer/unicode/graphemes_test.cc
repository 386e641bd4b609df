#include "embed/tokenizer/unicode/graphemes.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace vecstore::unicode {
namespace {

// The clusters of a text, with | between them.
std::string clusters(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = cluster_end(text, at);
    if (!out.empty()) out += '|';
    out += text.substr(at, end - at);
    at = end;
  }
  return out;
}

// The rules of UAX #29 in order.
TEST(Graphemes, are_those_of_the_standard) {
  EXPECT_EQ(clusters("a\r\n\n\rb"), "a|\r\n|\n|\r|b");
  EXPECT_EQ(clusters("\n\u0301"), "\n|\u0301");
  EXPECT_EQ(clusters("\u1100\u1161\u11A8\u1100"), "\u1100\u1161\u11A8|\u1100");
  EXPECT_EQ(clusters("가\u11A8각\u1161"), "가\u11A8|각|\u1161");
  EXPECT_EQ(clusters("e\u0301x\u200Dy"), "e\u0301|x\u200D|y");
  EXPECT_EQ(clusters("क\u0903\u0600a"), "क\u0903|\u0600a");
  EXPECT_EQ(clusters("क\u094Dष क\u094D\u200Dष कष"), "क\u094Dष| |क\u094D\u200Dष| |क|ष");
  EXPECT_EQ(clusters("👩\u200D👩 👩\u0308\u200D👩 a\u200D👩"), "👩\u200D👩| |👩\u0308\u200D👩| |a\u200D|👩");
  EXPECT_EQ(clusters("🇩🇪🇫🇷🇺"), "🇩🇪|🇫🇷|🇺");
}

}  // namespace
}  // namespace vecstore::unicode
