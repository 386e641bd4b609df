#include "cli/interrupt.h"

#include <gtest/gtest.h>

#include <csignal>

namespace vecstore {
namespace {

TEST(Interrupt, the_first_signal_is_only_noted) {
  EXPECT_FALSE(interrupted());
  watch_interrupts();
  std::raise(SIGINT);
  EXPECT_TRUE(interrupted());
  EXPECT_EXIT(std::raise(SIGINT), testing::KilledBySignal(SIGINT), "");
}

}  // namespace
}  // namespace vecstore
