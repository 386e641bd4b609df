// Instants written as ISO 8601 text, for comparing with a record's times.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

#include "vecstore/record.h"

namespace vecstore::meta {

// A time to the nanosecond, so that a literal finer than the stored milliseconds still compares
// exactly.
struct Instant {
  TimeMs ms = 0;           // rounded down
  std::int32_t nanos = 0;  // 0 to 999,999 within that millisecond
  auto operator<=>(const Instant&) const = default;
};

// 2024-05-01, 2024-05-01T10:30, 2024-05-01 10:30:05.25, each time with Z, +02, +0200 or +02:00,
// else UTC; a date alone is its midnight. Years 0000 to 9999, at most nine decimals, no leap
// seconds. Nothing when the text is not such a time or the day does not exist.
std::optional<Instant> parse_instant(std::string_view text);

}  // namespace vecstore::meta
