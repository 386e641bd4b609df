#include "rag/loaders/load_budget.h"

#include <gmock/gmock.h>

namespace vecstore {
namespace {

using ::testing::HasSubstr;

TEST(LoadBudget, bytes_are_counted_together) {
  LoadBudget budget({.unpacked_bytes = 100});
  EXPECT_TRUE(budget.unpack(60).ok());
  EXPECT_EQ(budget.bytes_left(), 40U);
  EXPECT_TRUE(budget.unpack(40).ok());
  EXPECT_FALSE(budget.exhausted());
  const Status refused = budget.unpack(1);
  EXPECT_EQ(refused.code(), Code::kResourceExhausted);
  EXPECT_THAT(refused.message(), HasSubstr("more than 100 (max_unpacked_bytes)"));
  EXPECT_TRUE(budget.exhausted());
}

TEST(LoadBudget, a_size_that_would_wrap_is_refused) {
  LoadBudget budget;
  EXPECT_TRUE(budget.unpack(1).ok());
  EXPECT_FALSE(budget.unpack(UINT64_MAX).ok());
}

TEST(LoadBudget, members_are_counted_at_every_depth) {
  LoadBudget budget({.members = 3});
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(budget.enter_member().ok());
    budget.leave_member();
  }
  EXPECT_THAT(budget.enter_member().message(), HasSubstr("more than 3 (max_members)"));
}

TEST(LoadBudget, depth_is_what_is_entered_and_not_left) {
  LoadBudget budget({.depth = 2});
  EXPECT_TRUE(budget.enter_member().ok());
  EXPECT_TRUE(budget.enter_member().ok());
  EXPECT_THAT(budget.enter_member().message(), HasSubstr("more than 2 (max_depth)"));
}

}  // namespace
}  // namespace vecstore
