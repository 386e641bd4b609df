#include "embed/tokenizer/tiktoken_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.h"
#include "base/coding.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// All bytes in order, then `more`.
std::string make_json(const std::vector<std::string>& more, const std::string& begin = "! 0",
                      const std::string& pattern = R"('s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+|)"
                                                   R"( ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|)"
                                                   R"(\\s+(?!\\S)|\\s+)") {
  std::string ranks = begin;
  const auto add = [&](const std::string& token) { ranks += " " + base64_encode(as_bytes(token)); };
  for (int byte = 0; byte < 256; ++byte) add(std::string(1, static_cast<char>(byte)));
  if (!more.empty()) ranks += "\\n! 256";
  for (const std::string& token : more) add(token);
  return R"({"pat_str":")" + pattern + R"(","special_tokens":{"<|x|>":300},"bpe_ranks":")" + ranks +
         R"("})";
}

std::vector<std::uint32_t> encode(const std::vector<std::string>& more, std::string_view text) {
  const auto tokenizer = parse_tiktoken_json(make_json(more));
  EXPECT_TRUE(tokenizer.ok()) << tokenizer.status().to_string();
  return tokenizer.ok() ? tokenizer->encode(text) : std::vector<std::uint32_t>();
}

TEST(TiktokenJson, merges_the_neighbours_whose_token_ranks_first) {
  EXPECT_THAT(encode({"bc", "ab"}, "abcd"), ElementsAre('a', 256, 'd'));
  EXPECT_THAT(encode({"ab", "bc"}, "abcd"), ElementsAre(256, 'c', 'd'));
  EXPECT_THAT(encode({"é"}, "é"), ElementsAre(256));
  EXPECT_THAT(encode({" a"}, "a a"), ElementsAre('a', 256));
}

// By whichever way to cut it: "abc" comes of "a" and "bc" as well as of "ab" and "c".
TEST(TiktokenJson, merges_a_token_from_any_two_parts) {
  EXPECT_THAT(encode({"bc", "ab", "abc"}, "abcx"), ElementsAre(258, 'x'));
  EXPECT_THAT(encode({"ab", "bc", "abc"}, "abcx"), ElementsAre(258, 'x'));
}

TEST(TiktokenJson, takes_a_word_that_is_a_token_whole_and_special_tokens_as_text) {
  EXPECT_THAT(encode({"xyz"}, "xyz xyz"), ElementsAre(256, ' ', 'x', 'y', 'z'));
  EXPECT_THAT(encode({}, "<|x|>"), ElementsAre('<', '|', 'x', '|', '>'));
}

TEST(TiktokenJson, refuses_what_it_cannot_read) {
  const auto refusal = [](const std::string& json) {
    return parse_tiktoken_json(json).status().message();
  };
  EXPECT_THAT(refusal("[]"), HasSubstr("not a JSON object"));
  EXPECT_THAT(refusal(R"({"pat_str":"x+","bpe_ranks":"! 0 YQ=="})"), HasSubstr("has no token"));
  EXPECT_THAT(refusal(make_json({}, "! 1")), HasSubstr("one after another"));
  EXPECT_THAT(refusal(make_json({}, "! 0 *")), HasSubstr("rank 0 cannot be read"));
  EXPECT_THAT(refusal(make_json({}, "! 0", "(a)")), HasSubstr("is not supported"));
  EXPECT_THAT(refusal(make_json({"a"})), HasSubstr("given twice"));
  EXPECT_THAT(refusal(make_json({std::string(257, 'a')})), HasSubstr("rank 256 cannot be read"));
}

}  // namespace
}  // namespace vecstore
