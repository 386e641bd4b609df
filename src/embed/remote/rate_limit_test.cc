#include "embed/remote/rate_limit.h"

#include <gtest/gtest.h>

#include <deque>

namespace vecstore {
namespace {

TEST(RateLimit, lets_so_many_at_once) {
  RateLimit limit({.concurrency = 2});
  EXPECT_EQ(limit.try_enter(0, 10), 0);
  EXPECT_EQ(limit.try_enter(0, 10), 0);
  EXPECT_GT(limit.try_enter(0, 10), 0);
  limit.leave(0);
  EXPECT_EQ(limit.try_enter(0, 10), 0);
}

TEST(RateLimit, waits_for_what_a_server_named) {
  RateLimit limit({.concurrency = 9});
  limit.hold_until(500);
  limit.hold_until(300);
  EXPECT_EQ(limit.try_enter(100, 1), 400);
  EXPECT_EQ(limit.try_enter(500, 1), 0);
}

// Takes what it may as soon as it may: no window of a minute has more than the rate, a second's
// worth and the last request.
TEST(RateLimit, keeps_to_the_rates_in_every_minute) {
  const double requests = 120;
  const double tokens = 60'000;
  for (const double size : {10.0, 500.0, 7000.0}) {
    RateLimit limit(
        {.concurrency = 1, .requests_per_minute = requests, .tokens_per_minute = tokens});
    std::deque<double> sent;
    double now = 0;
    double total = 0;
    while (now < 300'000) {
      const double wait = limit.try_enter(now, size);
      if (wait > 0) {
        now += wait;
        continue;
      }
      limit.leave(0);
      total += 1;
      sent.push_back(now);
      while (sent.front() <= now - 60'000) sent.pop_front();
      const double in_minute = static_cast<double>(sent.size());
      ASSERT_LE(in_minute, requests + requests / 60 + 1) << now;
      ASSERT_LE(in_minute * size, tokens + tokens / 60 + size) << now;
    }
    const double could = std::min(requests, tokens / size) * 5;
    EXPECT_GT(total, could * 0.95) << size;
    EXPECT_LT(total, could * 1.05 + 3) << size;
  }
}

TEST(RateLimit, pays_for_tokens_that_were_more_than_thought) {
  RateLimit limit({.concurrency = 1, .tokens_per_minute = 60'000});
  EXPECT_EQ(limit.try_enter(0, 1000), 0);
  limit.leave(2000);  // 2000 below empty: two seconds
  EXPECT_NEAR(limit.try_enter(0, 1), 2000, 1);
}

TEST(RateLimit, does_not_save_up_while_idle) {
  RateLimit limit({.concurrency = 1000, .requests_per_minute = 60});
  int left = 0;
  EXPECT_EQ(limit.try_enter(0, 0), 0);
  for (int i = 0; i < 10; ++i) left += limit.try_enter(3'600'000, 0) == 0;
  EXPECT_EQ(left, 1);
}

}  // namespace
}  // namespace vecstore
