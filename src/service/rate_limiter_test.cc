#include "service/rate_limiter.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace vecstore {
namespace {

TEST(RateLimiter, lets_a_burst_pass_and_then_the_rate) {
  RateLimiter limiter({.per_second = 10, .burst = 3}, {});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limiter.try_take("a", 1000), 0);
  EXPECT_DOUBLE_EQ(limiter.try_take("a", 1000), 100);
  EXPECT_DOUBLE_EQ(limiter.try_take("a", 1050), 50);
  EXPECT_EQ(limiter.try_take("a", 1100), 0);
  EXPECT_GT(limiter.try_take("a", 1100), 0);
  EXPECT_EQ(limiter.try_take("b", 1100), 0);  // another's bucket
  int passed = 0;
  for (int i = 0; i < 10; ++i) passed += limiter.try_take("a", 1e6) == 0;  // no more than the burst
  EXPECT_EQ(passed, 3);
}

TEST(RateLimiter, what_all_together_may_not_costs_nobody_a_token) {
  RateLimiter limiter({.per_second = 1, .burst = 2}, {.per_second = 1000, .burst = 1});
  EXPECT_EQ(limiter.try_take("a", 0), 0);
  for (int i = 0; i < 100; ++i) EXPECT_DOUBLE_EQ(limiter.try_take("a", 0), 1);
  EXPECT_EQ(limiter.try_take("a", 1), 0);  // its second token is still there
  EXPECT_GT(limiter.try_take("a", 2), 900);
}

TEST(RateLimiter, without_rates_everything_passes_and_nothing_is_kept) {
  RateLimiter limiter({}, {});
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(limiter.try_take(std::to_string(i), 0), 0);
  EXPECT_EQ(limiter.subjects(), 0u);
}

TEST(RateLimiter, is_exact_under_many_threads) {
  RateLimiter limiter({.per_second = 1e-9, .burst = 100}, {.per_second = 1e-9, .burst = 150});
  std::atomic<int> a = 0, b = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        a += limiter.try_take("a", 1) == 0;
        b += limiter.try_take("b", 1) == 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(a + b, 150);
  EXPECT_LE(a, 100);
  EXPECT_LE(b, 100);
}

TEST(RateLimiter, memory_is_bounded_and_idle_subjects_go) {
  RateLimiter limiter({.per_second = 1, .burst = 2}, {});
  constexpr std::size_t kMost = RateLimiter::kShards * (RateLimiter::kMaxSubjects + 1);
  for (int i = 0; i < 100'000; ++i) limiter.try_take("crowd " + std::to_string(i), 0);
  EXPECT_LE(limiter.subjects(), kMost);
  EXPECT_GT(limiter.try_take("one more", 0), 0);  // shares the bucket of those without room
  EXPECT_EQ(limiter.try_take("one more", 10'000), 0);
  EXPECT_LE(limiter.subjects(), kMost - RateLimiter::kMaxSubjects + 1);
}

}  // namespace
}  // namespace vecstore
