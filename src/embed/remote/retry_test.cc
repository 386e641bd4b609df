#include "embed/remote/retry.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace vecstore {
namespace {

constexpr std::int64_t kNow = 784'111'777'000;  // Sun, 06 Nov 1994 08:49:37 GMT

std::optional<double> asked(std::vector<HttpHeader> headers, int status = 429) {
  return asked_wait_ms({.status = status, .headers = std::move(headers)}, kNow);
}

TEST(Retry, is_for_what_may_pass) {
  for (const int status : {408, 409, 425, 429, 500, 502, 503, 504, 520, 529})
    EXPECT_TRUE(is_worth_retrying(status)) << status;
  for (const int status : {200, 301, 307, 400, 401, 402, 403, 404, 413, 422, 501, 505, 600})
    EXPECT_FALSE(is_worth_retrying(status)) << status;
}

TEST(Retry, reads_http_dates) {
  EXPECT_EQ(parse_http_date_ms("Sun, 06 Nov 1994 08:49:37 GMT"), kNow);
  EXPECT_EQ(parse_http_date_ms("Thu, 01 Jan 1970 00:00:00 GMT"), 0);
  EXPECT_EQ(parse_http_date_ms("Thu, 29 Feb 2024 23:59:59 GMT"), 1'709'251'199'000);
  for (const char* bad : {"", "Sun, 06 Nov 1994 08:49:37", "Sunday, 06-Nov-94 08:49:37 GMT",
                          "Sun, 06 Nox 1994 08:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT",
                          "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, -6 Nov 1994 08:49:37 GMT",
                          "Sun, 06 Nov 1994 08-49-37 GMT"})
    EXPECT_EQ(parse_http_date_ms(bad), std::nullopt) << bad;
}

TEST(Retry, reads_durations) {
  EXPECT_EQ(parse_duration_ms("6m0s"), 360'000);
  EXPECT_EQ(parse_duration_ms("1.5s"), 1500);
  EXPECT_EQ(parse_duration_ms("120ms"), 120);
  EXPECT_EQ(parse_duration_ms("1h2m3s4ms"), 3'723'004);
  EXPECT_EQ(parse_duration_ms("30"), 30'000);
  for (const char* bad : {"", "s", "1x", "-1s", "1s2", "1..2s", "1e999s", "9d", "m1"})
    EXPECT_EQ(parse_duration_ms(bad), std::nullopt) << bad;
}

TEST(Retry, waits_as_long_as_the_server_asks) {
  EXPECT_EQ(asked({}), std::nullopt);
  EXPECT_EQ(asked({{"retry-after", "20"}}), 20'000);
  EXPECT_EQ(asked({{"retry-after", "Sun, 06 Nov 1994 08:49:47 GMT"}}), 10'000);
  EXPECT_EQ(asked({{"retry-after", "Sun, 06 Nov 1994 08:49:27 GMT"}}), 0);
  EXPECT_EQ(asked({{"retry-after", "soon"}}), std::nullopt);
  EXPECT_EQ(asked({{"retry-after", "-5"}}), std::nullopt);
  EXPECT_EQ(asked({{"retry-after", "20"}, {"retry-after-ms", "150"}}), 150);
}

TEST(Retry, waits_for_the_limit_that_was_reached) {
  EXPECT_EQ(asked({{"x-ratelimit-remaining-requests", "0"},
                   {"x-ratelimit-reset-requests", "2s"},
                   {"x-ratelimit-remaining-tokens", "50"},
                   {"x-ratelimit-reset-tokens", "6m0s"}}),
            2000);
  EXPECT_EQ(asked({{"x-ratelimit-remaining-requests", "0"},
                   {"x-ratelimit-reset-requests", "2s"},
                   {"x-ratelimit-remaining-tokens", "0"},
                   {"x-ratelimit-reset-tokens", "90ms"}}),
            2000);
  EXPECT_EQ(asked({{"x-ratelimit-remaining-requests", "7"}, {"x-ratelimit-reset-requests", "2s"}}),
            std::nullopt);
  EXPECT_EQ(asked({{"x-ratelimit-reset", "12"}}), 12'000);
  EXPECT_EQ(asked({{"x-ratelimit-reset", "784111780"}}), 3000);
  EXPECT_EQ(asked({{"x-ratelimit-reset", "12"}}, 500), std::nullopt);
}

TEST(Retry, backs_off_exponentially_with_full_jitter) {
  Random random(3);
  for (int attempt = 0; attempt < 12; ++attempt) {
    const double most = std::min(100.0 * (1 << attempt), 5000.0);
    double least = 1e9;
    double largest = 0;
    for (int i = 0; i < 2000; ++i) {
      const double wait = backoff_ms({100, 5000}, attempt, random);
      least = std::min(least, wait);
      largest = std::max(largest, wait);
    }
    EXPECT_LT(least, most * 0.01);
    EXPECT_GT(largest, most * 0.99);
    EXPECT_LT(largest, most);
  }
  EXPECT_LT(backoff_ms({100, 5000}, 1'000'000, random), 5000);
}

}  // namespace
}  // namespace vecstore
