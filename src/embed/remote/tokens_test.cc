#include "embed/remote/tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Tokens, are_expected_by_characters_and_bounded_by_bytes) {
  EXPECT_EQ(likely_tokens(""), 2u);
  EXPECT_EQ(likely_tokens("abcd"), 3u);
  EXPECT_EQ(likely_tokens("abcde"), 4u);
  EXPECT_EQ(likely_tokens("日本語"), 5u);
  EXPECT_EQ(most_tokens("abcd"), 6u);
  EXPECT_EQ(most_tokens("日本語"), 11u);
}

TEST(Tokens, blank_is_what_no_model_sees) {
  EXPECT_TRUE(is_blank(""));
  EXPECT_TRUE(is_blank(" \t\r\n\v\f"));
  EXPECT_TRUE(is_blank(std::string_view("\0\0 ", 3)));
  EXPECT_FALSE(is_blank(" a "));
  EXPECT_FALSE(is_blank("\xC2\xA0"));
}

TEST(Batches, are_cut_by_count_and_by_tokens) {
  const std::vector<std::string> texts = {"aaaa", "bbbb", "", "cccc", "dddd"};
  EXPECT_THAT(cut_batches(texts, {.texts = 3}), ElementsAre(ElementsAre(0, 1, 3), ElementsAre(4)));
  EXPECT_THAT(cut_batches(texts, {.texts = 9, .tokens = 12}),
              ElementsAre(ElementsAre(0, 1), ElementsAre(3, 4)));
  EXPECT_THAT(cut_batches(texts, {.texts = 9, .tokens = 12, .tokens_of_each = 1}),
              ElementsAre(ElementsAre(0), ElementsAre(1), ElementsAre(3), ElementsAre(4)));
  EXPECT_THAT(cut_batches({}, {}), IsEmpty());
}

TEST(Batches, leave_a_text_alone_that_is_too_large) {
  const std::vector<std::string> texts = {"a", std::string(1000, 'b'), "c", "d"};
  EXPECT_THAT(cut_batches(texts, {.texts = 9, .tokens = 10}),
              ElementsAre(ElementsAre(0), ElementsAre(1), ElementsAre(2, 3)));
}

TEST(Batches, hold_every_text_once_in_order_within_the_limits) {
  Random random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> texts(random.below(60));
    std::vector<std::size_t> expected;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      texts[i] = std::string(random.below(30), random.below(5) == 0 ? ' ' : 'x');
      if (!is_blank(texts[i])) expected.push_back(i);
    }
    const BatchLimits limits{1 + random.below(9), random.below(100)};
    std::vector<std::size_t> got;
    for (const auto& batch : cut_batches(texts, limits)) {
      std::size_t tokens = 0;
      for (const std::size_t i : batch) tokens += most_tokens(texts[i]);
      EXPECT_TRUE(!batch.empty() && batch.size() <= limits.texts);
      EXPECT_TRUE(limits.tokens == 0 || tokens <= limits.tokens || batch.size() == 1);
      got.insert(got.end(), batch.begin(), batch.end());
    }
    EXPECT_EQ(got, expected) << round;
  }
}

}  // namespace
}  // namespace vecstore
