#include "rag/cache/same_question.h"

#include <gmock/gmock.h>

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(SameQuestion, other_wording_in_the_same_order_may_have_one_answer) {
  EXPECT_TRUE(may_have_one_answer("how is the pump oiled", "How is the big pump oiled?"));
  EXPECT_TRUE(may_have_one_answer("how is the pump oiled", "please tell me how is it oiled"));
  EXPECT_TRUE(may_have_one_answer("who oils the pump", "who oils the old pump, and who else"));
  EXPECT_TRUE(may_have_one_answer("", ""));
}

TEST(SameQuestion, words_in_another_order_ask_something_else) {
  EXPECT_FALSE(may_have_one_answer("convert from euro to dollar", "convert from dollar to euro"));
  EXPECT_FALSE(may_have_one_answer("does Anna report to Bert", "does Bert report to Anna"));
  EXPECT_FALSE(may_have_one_answer("can the dog bite the man", "can the man bite the dog"));
}

TEST(SameQuestion, what_negates_is_in_both) {
  EXPECT_FALSE(may_have_one_answer("should I take it daily", "should I not take it daily"));
  EXPECT_FALSE(may_have_one_answer("what is open on Mondays", "what isn't open on Mondays"));
  EXPECT_FALSE(may_have_one_answer("what is open", "what isn\xE2\x80\x99t open"));
  EXPECT_FALSE(may_have_one_answer("wer darf lesen", "wer darf nicht lesen"));
  EXPECT_FALSE(may_have_one_answer("a plan with a limit", "a plan without a limit"));
  EXPECT_TRUE(may_have_one_answer("who may not read", "who may not read it"));
}

TEST(SameQuestion, numbers_are_the_same_with_their_sign) {
  EXPECT_FALSE(may_have_one_answer("does it start at -5 degrees", "does it start at 5 degrees"));
  EXPECT_FALSE(may_have_one_answer("painted in 2023", "painted in 2024"));
  EXPECT_THAT(numbers_in("v1.5 of 3, then 1,000. And 07"), ElementsAre("07", "1,000", "1.5", "3"));
  EXPECT_THAT(numbers_in("-5 (-6) \xE2\x88\x92"
                         "7 2023-05 type-8"),
              ElementsAre("-5", "-6", "-7", "05", "2023", "8"));
  EXPECT_THAT(numbers_in("none"), IsEmpty());
}

}  // namespace
}  // namespace vecstore
