#include "server/http/brief_answers.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

TEST(BriefAnswers, after_one_that_took_too_long_some_are_not_tried) {
  BriefAnswers brief;
  EXPECT_TRUE(brief.worth_trying());
  EXPECT_TRUE(brief.worth_trying());
  brief.took_too_long();
  for (int i = 0; i < BriefAnswers::kNotTried; ++i) EXPECT_FALSE(brief.worth_trying()) << i;
  EXPECT_TRUE(brief.worth_trying());
}

}  // namespace
}  // namespace vecstore
