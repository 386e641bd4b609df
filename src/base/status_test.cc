#include "vecstore/status.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <vector>

namespace vecstore {
namespace {

Result<int> half(int n) {
  if (n % 2 != 0) return invalid_argument(std::to_string(n) + " is odd");
  return n / 2;
}

Result<int> quarter(int n) {
  VECSTORE_ASSIGN(const int h, half(n));
  VECSTORE_ASSIGN(const int q, half(h));
  return q;
}

Status check(int n) {
  VECSTORE_TRY(quarter(n).status());
  return {};
}

TEST(Status, ok_has_no_message) {
  Status ok;
  EXPECT_TRUE(ok.ok());
  EXPECT_EQ(ok.code(), Code::kOk);
  EXPECT_EQ(ok.message(), "");
  EXPECT_EQ(ok.to_string(), "ok");
  EXPECT_TRUE(Status(Code::kOk, "ignored").ok());
  EXPECT_TRUE(ok.with_context("file 'x'").ok());
}

TEST(Status, an_error_carries_code_message_and_context) {
  const Status status = data_loss("bad checksum").with_context("file 'a' offset 7");
  EXPECT_EQ(status.code(), Code::kDataLoss);
  EXPECT_EQ(status.to_string(), "data_loss: file 'a' offset 7: bad checksum");
}

TEST(Status, every_code_has_its_own_name) {
  std::set<std::string_view> names;
  for (int code = 0; code <= 16; ++code) names.insert(code_name(static_cast<Code>(code)));
  EXPECT_EQ(names.size(), 17u);
  EXPECT_EQ(code_name(Code::kUnauthenticated), "unauthenticated");
  EXPECT_EQ(code_name(static_cast<Code>(99)), "unknown");
  EXPECT_EQ(code_name(static_cast<Code>(-1)), "unknown");
}

TEST(Status, every_maker_makes_its_own_code) {
  EXPECT_EQ(invalid_argument("").code(), Code::kInvalidArgument);
  EXPECT_EQ(not_found("").code(), Code::kNotFound);
  EXPECT_EQ(already_exists("").code(), Code::kAlreadyExists);
  EXPECT_EQ(failed_precondition("").code(), Code::kFailedPrecondition);
  EXPECT_EQ(resource_exhausted("").code(), Code::kResourceExhausted);
  EXPECT_EQ(unavailable("").code(), Code::kUnavailable);
  EXPECT_EQ(data_loss("").code(), Code::kDataLoss);
  EXPECT_EQ(internal_error("").code(), Code::kInternal);
  EXPECT_EQ(aborted("").code(), Code::kAborted);
  EXPECT_EQ(cancelled("").code(), Code::kCancelled);
  EXPECT_EQ(deadline_exceeded("").code(), Code::kDeadlineExceeded);
  EXPECT_EQ(unimplemented("").code(), Code::kUnimplemented);
}

TEST(Result, the_macros_return_the_first_error) {
  EXPECT_EQ(*quarter(12), 3);
  EXPECT_EQ(quarter(6).status().message(), "3 is odd");
  EXPECT_TRUE(check(4).ok());
  EXPECT_EQ(check(7).message(), "7 is odd");
}

TEST(Result, holds_what_cannot_be_copied) {
  Result<std::unique_ptr<int>> made = std::make_unique<int>(5);
  ASSERT_TRUE(made.ok());
  std::unique_ptr<int> taken = *std::move(made);
  EXPECT_EQ(*taken, 5);
}

TEST(Result, a_loop_over_the_value_of_a_call_keeps_the_value) {
  const auto alive = std::make_shared<int>(7);
  const auto several = [&]() -> Result<std::vector<std::shared_ptr<int>>> {
    return std::vector{alive, alive};
  };
  for (const auto& one : several().value()) EXPECT_EQ(one.use_count(), 3);
  for (const auto& one : *several()) EXPECT_EQ(one.use_count(), 3);
  EXPECT_EQ(alive.use_count(), 1);
}

TEST(Result, made_from_an_ok_status_is_a_bug_that_shows) {
  Result<int> result = Status();
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(result.status().code(), Code::kInternal);
}

TEST(Result, value_or_gives_the_other_on_an_error) {
  EXPECT_EQ(half(3).value_or(-1), -1);
  EXPECT_EQ(half(4).value_or(-1), 2);
}

#if defined(__cpp_exceptions)
TEST(Result, value_of_an_error_throws_its_text) {
  try {
    half(3).value();
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "invalid_argument: 3 is odd");
  }
}
#endif

}  // namespace
}  // namespace vecstore
