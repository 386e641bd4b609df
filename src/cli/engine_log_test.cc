#include "cli/engine_log.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

std::string told(const Status& status, LogLevel level, std::string_view message) {
  EngineLog log;
  testing::internal::CaptureStderr();
  log.add(Output(), level, message);
  const std::string before = testing::internal::GetCapturedStderr();
  testing::internal::CaptureStderr();
  log.end(Output(), status);
  log.end(Output(), {});
  return before + "|" + testing::internal::GetCapturedStderr();
}

TEST(EngineLog, warnings_are_told_at_once_and_information_never) {
  EXPECT_EQ(told({}, LogLevel::kWarning, "a tail was dropped"), "vecstore: a tail was dropped\n|");
  EXPECT_EQ(told({}, LogLevel::kInfo, "opened"), "|");
}

TEST(EngineLog, a_full_disk_is_told_once_and_only_if_the_command_does_not) {
  constexpr std::string_view kFull = "the merge failed: resource_exhausted: no space";
  const std::string line = "vecstore: " + std::string(kFull) + "\n";
  EXPECT_EQ(told(resource_exhausted("no space"), LogLevel::kError, kFull), "|");
  EXPECT_EQ(told({}, LogLevel::kError, kFull), "|" + line);
  EXPECT_EQ(told(not_found("x"), LogLevel::kError, kFull), "|" + line);
}

}  // namespace
}  // namespace vecstore
