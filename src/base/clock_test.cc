#include "base/clock.h"

#include <gtest/gtest.h>

#include <thread>

namespace vecstore {
namespace {

TEST(Clock, a_manual_clock_stands_still_until_told) {
  ManualClock clock(1'000);
  EXPECT_EQ(clock.now_ms(), 1'000);
  clock.advance(5);
  EXPECT_EQ(clock.now_ms(), 1'005);
  clock.set(-7);
  EXPECT_EQ(clock.now_ms(), -7);
}

TEST(Clock, the_system_clock_counts_milliseconds_since_1970) {
  const std::int64_t in_2020 = 1'577'836'800'000;
  EXPECT_GT(system_clock().now_ms(), in_2020);
  EXPECT_LT(system_clock().now_ms(), 4 * in_2020);
}

TEST(Clock, monotonic_time_does_not_go_back) {
  double before = monotonic_ms();
  for (int i = 0; i < 1'000; ++i) {
    const double now = monotonic_ms();
    ASSERT_GE(now, before);
    before = now;
  }
}

TEST(Clock, the_time_of_a_thread_stands_still_while_another_works) {
  const double before = thread_cpu_ms();
  std::thread([] {
    const double begun = thread_cpu_ms();
    volatile double sum = 0;
    while (thread_cpu_ms() - begun < 100) sum = sum + 1;
  }).join();
  EXPECT_LT(thread_cpu_ms() - before, 50);
  EXPECT_GE(thread_cpu_ms(), before);
}

}  // namespace
}  // namespace vecstore
