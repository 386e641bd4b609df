#include "embed/tokenizer/added_tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vecstore {
namespace {

// Tokens as <id>text<>, what lies between as it is.
std::string marked(const AddedTokens& tokens, std::string_view text) {
  std::vector<AddedTokens::Part> parts;
  tokens.find_all(text, parts);
  std::string out;
  for (const AddedTokens::Part& part : parts) {
    const std::string inside(text.substr(part.begin, part.end - part.begin));
    out += part.id == kNoPiece ? inside : std::to_string(part.id) + "[" + inside + "]";
  }
  return out;
}

TEST(AddedTokens, are_found_leftmost_then_longest) {
  const AddedTokens tokens({{"a", 7}, {"aab", 8}, {"b", 9}});
  EXPECT_EQ(marked(tokens, "xaaab"), "x7[a]8[aab]");
  EXPECT_EQ(marked(tokens, "aa"), "7[a]7[a]");
  EXPECT_EQ(marked(tokens, ""), "");
  EXPECT_EQ(marked(AddedTokens(), "abc"), "abc");
}

TEST(AddedTokens, take_blanks_on_either_side) {
  const AddedTokens tokens({{.text = "<l>", .id = 1, .takes_left = true},
                            {.text = "<r>", .id = 2, .takes_right = true}});
  EXPECT_EQ(marked(tokens, "a \u3000<l> b"), "a1[ \u3000<l>] b");
  EXPECT_EQ(marked(tokens, "a <r> \nb"), "a 2[<r> \n]b");
  EXPECT_EQ(marked(tokens, "<r>  <l>"), "2[<r>  ]1[<l>]");
}

// Would take minutes if blanks were walked over again from each token that begins within them.
TEST(AddedTokens, take_a_million_blanks_that_are_tokens_themselves) {
  const AddedTokens tokens({{.text = " ", .id = 1, .takes_right = true}});
  std::vector<AddedTokens::Part> parts;
  tokens.find_all(std::string(1'000'000, ' '), parts);
  ASSERT_EQ(parts.size(), 1'000'000u);
  EXPECT_EQ(parts[0].end, 1'000'000u);
  EXPECT_EQ(parts[999'999].begin, 999'999u);
}

TEST(AddedTokens, may_have_to_stand_alone) {
  const AddedTokens tokens({{.text = "of", .id = 1, .single_word = true}});
  EXPECT_EQ(marked(tokens, "of off loaf-of é-of, éof"), "1[of] off loaf-1[of] é-1[of], éof");
}

}  // namespace
}  // namespace vecstore
