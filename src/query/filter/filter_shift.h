// Spans of time by which a filter moves the query's instant: "7 days", "1 hour 30 minutes".
//
// A month is what the calendar says (UTC), everything else a fixed number of milliseconds: a day is
// 24 hours, a week 7 days, a year 12 months.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "vecstore/record.h"
#include "vecstore/status.h"

namespace vecstore::query {

struct Shift {
  std::int64_t months = 0;
  std::int64_t ms = 0;
  bool operator==(const Shift&) const = default;
};

// Whole numbers with units, at most 10,000 years in all; negative ones are none.
Result<Shift> parse_interval(std::string_view text);

// The same with + or - before it, or nothing at all.
Result<Shift> parse_shift(std::string_view text);

// The one text of a shift, with its sign: "-14 days", "" for none. Months and milliseconds must
// not have different signs.
std::string print_shift(const Shift& shift);

// Months first; a day that the month reached does not have becomes its last.
TimeMs move_time(TimeMs time, const Shift& shift);

}  // namespace vecstore::query
