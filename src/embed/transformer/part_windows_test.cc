#include "embed/transformer/part_windows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "embed/tokenizer/tokenizer_json.h"
#include "embed/transformer/test_tokenizer.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Parts = std::vector<TextParts::Part>;

// "a" is token 4 and so on, 2 and 3 stand around.
class PartWindowsTest : public ::testing::Test {
 protected:
  Result<PartWindows> windows(std::string_view text, const Parts& parts, std::size_t max_tokens,
                              std::string_view lead = "") {
    return PartWindows::make(tokenizer_, {.text = text, .lead = {}, .parts = parts}, lead,
                             max_tokens);
  }
  // The letters of each part.
  std::vector<std::string> letters(const PartWindows& made) {
    std::vector<std::string> out;
    for (const SentenceEncoder::Stretch& one : made.stretches) {
      out.emplace_back();
      for (std::size_t i = one.begin; i < one.end; ++i)
        out.back() += static_cast<char>('a' + made.texts[one.text][i] - 4);
    }
    return out;
  }

  ModelTokenizer tokenizer_ = parse_tokenizer_json(tiny_tokenizer_json()).value();
};

TEST_F(PartWindowsTest, a_text_that_fits_is_one_window) {
  const PartWindows made = windows("abcdef", {{0, 2}, {1, 4}, {5, 6}}, 12).value();
  EXPECT_THAT(made.texts, ElementsAre(ElementsAre(2, 4, 5, 6, 7, 8, 9, 3)));
  EXPECT_THAT(letters(made), ElementsAre("ab", "bcd", "f"));
}

TEST_F(PartWindowsTest, what_is_read_before_is_in_each_window_and_no_part) {
  const PartWindows made = windows("abcdefgh", {{0, 4}, {4, 8}}, 12, "nm").value();
  EXPECT_THAT(made.texts, ElementsAre(ElementsAre(2, 17, 16, 4, 5, 6, 7, 8, 9, 10, 11, 3)));
  EXPECT_THAT(letters(made), ElementsAre("abcd", "efgh"));
}

TEST_F(PartWindowsTest, the_next_window_sees_the_end_of_the_one_before) {
  const PartWindows made = windows("abcdefghijklmn", {{0, 6}, {6, 12}, {12, 14}}, 10).value();
  EXPECT_THAT(made.texts, ElementsAre(ElementsAre(2, 4, 5, 6, 7, 8, 9, 10, 11, 3),
                                      ElementsAre(2, 8, 9, 10, 11, 12, 13, 14, 15, 3),
                                      ElementsAre(2, 14, 15, 16, 17, 3)));
  EXPECT_THAT(letters(made), ElementsAre("abcdef", "ghijkl", "mn"));
}

TEST_F(PartWindowsTest, of_a_part_that_is_too_long_the_beginning_counts) {
  const PartWindows made = windows("abcdefghijklmn", {{1, 14}, {13, 14}}, 10).value();
  EXPECT_THAT(letters(made), ElementsAre("bcdefghi", "n"));
}

TEST_F(PartWindowsTest, every_part_is_whole_whatever_the_length) {
  const std::string text = "abcdefghijklmn";
  for (std::size_t most = 10; most < 18; ++most) {
    for (std::size_t size = 1; size < 9; ++size) {
      Parts parts;
      std::vector<std::string> expected;
      for (std::size_t at = 0; at < text.size(); at += size) {
        parts.push_back({at, std::min(at + size, text.size())});
        expected.push_back(text.substr(at, size));
      }
      const PartWindows made = windows(text, parts, most).value();
      EXPECT_EQ(letters(made), expected) << most << " " << size;
      for (const SentenceEncoder::Tokens& tokens : made.texts) EXPECT_LE(tokens.size(), most);
    }
  }
}

TEST_F(PartWindowsTest, parts_without_tokens_have_none) {
  const PartWindows made = windows("ab", {{0, 0}, {1, 1}, {2, 2}}, 12).value();
  for (const SentenceEncoder::Stretch& one : made.stretches) EXPECT_EQ(one.begin, one.end);
  EXPECT_TRUE(windows("ab", {}, 12).value().texts.empty());
  EXPECT_THAT(letters(windows("", {{0, 0}}, 12).value()), ElementsAre(""));
}

TEST_F(PartWindowsTest, what_cannot_be_is_refused) {
  EXPECT_THAT(windows("ab", {{1, 2}, {0, 1}}, 12).status().message(),
              HasSubstr("part 1 is bytes 0 to 1, the text has 2 and the part before begins at 1"));
  EXPECT_THAT(windows("ab", {{0, 3}}, 12).status().message(), HasSubstr("bytes 0 to 3"));
  EXPECT_THAT(windows("ab", {{0, 1}}, 12, "abc").status().message(),
              HasSubstr("takes 5 of the model's 12 tokens"));
  EXPECT_EQ(windows("\xff", {}, 12).status().code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace vecstore
