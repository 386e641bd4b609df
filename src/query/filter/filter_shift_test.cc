#include "query/filter/filter_shift.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "meta/instant.h"

namespace vecstore::query {
namespace {

std::string canonical(std::string_view text) {
  const Result<Shift> shift = parse_shift(text);
  return shift.ok() ? print_shift(*shift) : shift.status().message();
}

TimeMs ms(std::string_view iso) { return meta::parse_instant(iso)->ms; }

TEST(FilterShift, has_one_text) {
  EXPECT_EQ(canonical(""), "");
  EXPECT_EQ(canonical("-0 days"), "");
  EXPECT_EQ(canonical("-7 days"), "-7 days");
  EXPECT_EQ(canonical("-7days"), "-7 days");
  EXPECT_EQ(canonical("+1 DAY"), "+1 day");
  EXPECT_EQ(canonical("- 2 weeks 1 day"), "-15 days");
  EXPECT_EQ(canonical("-90 minutes"), "-1 hour 30 minutes");
  EXPECT_EQ(canonical("+1 year 2 months 3 days 4 hours 5 minutes 6 seconds 7 milliseconds"),
            "+14 months 3 days 4 hours 5 minutes 6 seconds 7 milliseconds");
  EXPECT_EQ(canonical("-1 day 1 day"), "-2 days");
}

TEST(FilterShift, its_text_reads_back_to_it) {
  Random random(7);
  for (int round = 0; round < 10'000; ++round) {
    const std::int64_t sign = random.below(2) == 0 ? 1 : -1;
    const Shift shift{
        sign * static_cast<std::int64_t>(random.below(120'000)),
        sign * static_cast<std::int64_t>(random.below(std::uint64_t{1} << (1 + random.below(48))))};
    const Result<Shift> again = parse_shift(print_shift(shift));
    ASSERT_TRUE(again.ok()) << again.status().message();
    ASSERT_EQ(*again, shift) << print_shift(shift);
  }
}

TEST(FilterShift, what_is_no_interval_is_refused_with_what_was_expected) {
  EXPECT_EQ(canonical("7 days"), "'7 days' is no interval: expected + or -, as in -7 days");
  EXPECT_EQ(canonical("-"), "'' is no interval: expected a number and a unit, as in 7 days");
  EXPECT_EQ(canonical("-days"), "'days' is no interval: expected a whole number, as in 7 days");
  EXPECT_EQ(canonical("--7 days"),
            "'-7 days' is no interval: expected a whole number, as in 7 days");
  EXPECT_EQ(canonical("-1.5 hours"),
            "'1.5 hours' is no interval: expected a unit from milliseconds to years after 1");
  EXPECT_EQ(canonical("-7"),
            "'7' is no interval: expected a unit from milliseconds to years after 7");
  EXPECT_EQ(canonical("-7 dayz"),
            "'7 dayz' is no interval: expected a unit from milliseconds to years after 7, did you "
            "mean days");
  for (const char* far :
       {"-10001 years", "-9999 years 24 months", "-3652426 days", "-99999999999999999999 days",
        "-9223372036854775807 milliseconds", "+3652425 days 1 millisecond"}) {
    EXPECT_NE(canonical(far).find("more than 10000 years"), std::string::npos) << far;
  }
}

TEST(FilterShift, moves_by_the_calendar_and_by_the_clock) {
  const auto moved = [](const char* from, const char* by) {
    return move_time(ms(from), *parse_shift(by));
  };
  EXPECT_EQ(moved("2024-05-08T12:30:00.25", "-7 days"), ms("2024-05-01T12:30:00.25"));
  EXPECT_EQ(moved("2024-03-31T10:00", "-1 month"), ms("2024-02-29T10:00"));
  EXPECT_EQ(moved("2023-03-31T10:00", "-1 month"), ms("2023-02-28T10:00"));
  EXPECT_EQ(moved("2024-01-31", "+1 month 1 day"), ms("2024-03-01"));
  EXPECT_EQ(moved("2024-02-29", "-1 year"), ms("2023-02-28"));
  EXPECT_EQ(moved("2024-01-15", "-14 months"), ms("2022-11-15"));
  EXPECT_EQ(moved("1969-12-31T23:59:59.999", "+1 millisecond"), 0);
  EXPECT_EQ(moved("1960-02-29T01:00", "+1 year"), ms("1961-02-28T01:00"));
  EXPECT_EQ(moved("2024-05-08", ""), ms("2024-05-08"));
}

}  // namespace
}  // namespace vecstore::query
