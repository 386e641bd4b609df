#include "cli/exit_code.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

TEST(ExitCode, follows_the_kind_of_failure) {
  EXPECT_EQ(exit_code_of({}), ExitCode::kDone);
  EXPECT_EQ(exit_code_of(invalid_argument("x")), ExitCode::kUsage);
  EXPECT_EQ(exit_code_of(not_found("x")), ExitCode::kNotFound);
  EXPECT_EQ(exit_code_of(data_loss("x")), ExitCode::kDataLoss);
  EXPECT_EQ(exit_code_of(unavailable("x")), ExitCode::kBusy);
  EXPECT_EQ(exit_code_of(cancelled("x")), ExitCode::kFailed);
  EXPECT_EQ(exit_code_of(Status(Code::kPermissionDenied, "x")), ExitCode::kFailed);
}

}  // namespace
}  // namespace vecstore
