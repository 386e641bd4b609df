#include "cli/interrupt.h"

#include <gtest/gtest.h>

#include <csignal>

namespace vecstore {
namespace {

TEST(Interrupt, the_first_signal_is_only_noted) {
  EXPECT_FALSE(interrupted());
  const CancelToken token = watch_interrupts();
  EXPECT_FALSE(token.cancelled());
  std::raise(SIGINT);
  EXPECT_TRUE(token.cancelled());
  EXPECT_TRUE(interrupted());
  watch_interrupts();
  end_on_interrupt("stopped: 3 records are kept");
  EXPECT_EXIT(std::raise(SIGINT), testing::ExitedWithCode(1), "vecstore: stopped: 3 records are");
}

}  // namespace
}  // namespace vecstore
