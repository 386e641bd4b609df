// After an answer that is none: is it worth another attempt, and how long should that wait?
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/random.h"
#include "embed/remote/http_client.h"

namespace vecstore {

// 408, 409, 425, 429 and 5xx but 501 and 505. Embedding twice changes nothing, so 409 (a conflict
// between requests) may be tried again.
bool is_worth_retrying(int status);

// What the server asks for, in ms from now: Retry-After in seconds or as a date, retry-after-ms, or
// when nothing else says, the later of x-ratelimit-reset-{requests,tokens} of those whose
// "remaining" is 0, or x-ratelimit-reset. Nothing when it asks for nothing.
std::optional<double> asked_wait_ms(const HttpResponse& response, std::int64_t unix_now_ms);

// "6m0s", "1.5s", "120ms", "1h2m", or plain seconds: in ms. Nothing when it is none of these.
std::optional<double> parse_duration_ms(std::string_view text);

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, the one form that may be sent): ms since 1970.
std::optional<std::int64_t> parse_http_date_ms(std::string_view text);

struct Backoff {
  double first_ms = 500;
  double most_ms = 30'000;
};

// Exponential with full jitter: uniform between 0 and first_ms doubled `attempt` times, most_ms at
// most, so that clients that failed together do not come back together (Brooker, "Exponential
// Backoff And Jitter", 2015).
double backoff_ms(const Backoff& backoff, int attempt, Random& random);

}  // namespace vecstore
