#include "meta/instant.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <ctime>
#include <string>

#include "base/random.h"

namespace vecstore::meta {
namespace {

TimeMs ms(std::string_view text) {
  const auto instant = parse_instant(text);
  EXPECT_TRUE(instant && instant->nanos == 0) << text;
  return instant ? instant->ms : 0;
}

TEST(Instant, a_date_is_its_midnight_in_utc) {
  EXPECT_EQ(ms("1970-01-01"), 0);
  EXPECT_EQ(ms("2024-05-01"), 1'714'521'600'000);
  EXPECT_EQ(ms("1969-12-31"), -86'400'000);
  EXPECT_EQ(ms("2000-02-29"), 951'782'400'000);
  EXPECT_EQ(ms("0000-01-01"), -62'167'219'200'000);
  EXPECT_EQ(ms("9999-12-31"), 253'402'214'400'000);
}

TEST(Instant, a_clock_needs_no_seconds) {
  EXPECT_EQ(ms("2024-05-01T10:00"), 1'714'557'600'000);
  EXPECT_EQ(ms("2024-05-01T10:00:00Z"), 1'714'557'600'000);
  EXPECT_EQ(ms("2024-05-01 10:00:00"), 1'714'557'600'000);
  EXPECT_EQ(ms("2024-05-01t10:00:00z"), 1'714'557'600'000);
}

TEST(Instant, offsets_move_to_utc) {
  EXPECT_EQ(ms("2024-05-01T12:00:00+02:00"), ms("2024-05-01T10:00:00Z"));
  EXPECT_EQ(ms("2024-05-01T12:00:00+0200"), ms("2024-05-01T10:00:00Z"));
  EXPECT_EQ(ms("2024-05-01T12:00:00+02"), ms("2024-05-01T10:00:00Z"));
  EXPECT_EQ(ms("2024-04-30T23:30:00-05:45"), ms("2024-05-01T05:15:00Z"));
}

TEST(Instant, fractions_are_exact_to_the_nanosecond) {
  EXPECT_EQ(ms("1970-01-01T00:00:00.25"), 250);
  EXPECT_EQ(ms("1970-01-01T00:00:00,5Z"), 500);
  EXPECT_EQ(parse_instant("1970-01-01T00:00:01.234567891Z"), (Instant{1234, 567'891}));
  EXPECT_EQ(parse_instant("1969-12-31T23:59:59.999999Z"), (Instant{-1, 999'000}));
  EXPECT_LT(*parse_instant("1970-01-01T00:00:00.000999Z"),
            *parse_instant("1970-01-01T00:00:00.001Z"));
}

TEST(Instant, refuses_what_is_no_such_time) {
  for (const char* text : {"",
                           "2024",
                           "2024-05",
                           "2024-5-1",
                           "20240501",
                           "2024-13-01",
                           "2024-00-01",
                           "2024-02-30",
                           "2023-02-29",
                           "1900-02-29",
                           "2024-05-01T",
                           "2024-05-01T10",
                           "2024-05-01T24:00",
                           "2024-05-01T10:60",
                           "2024-05-01T10:00:60",
                           "2024-05-01T10:00:00.",
                           "2024-05-01T10:00:00.1234567891",
                           "2024-05-01T10:00+2",
                           "2024-05-01T10:00+24:00",
                           "2024-05-01T10:00+02:60",
                           "2024-05-01T10:00ZZ",
                           "2024-05-01T10:00 Z",
                           " 2024-05-01",
                           "2024-05-01 ",
                           "2024-05-01Z",
                           "2024-05-01X10:00",
                           "+2024-05-01",
                           "-024-05-01",
                           "2024-05-01T10:00+02:",
                           "2024-05-01T1o:00",
                           "٢٠٢٤-05-01"}) {
    EXPECT_FALSE(parse_instant(text)) << text;
  }
}

TEST(Instant, agrees_with_the_c_library_on_random_seconds) {
  Random random(11);
  for (int round = 0; round < 20'000; ++round) {
    const auto seconds = static_cast<std::time_t>(random.below(253'402'300'800)) - 62'135'596'800;
    if (seconds >= 253'402'300'800) continue;
    std::tm parts = {};
    gmtime_r(&seconds, &parts);
    char text[64];
    std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02dZ", parts.tm_year + 1900,
                  parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
    ASSERT_EQ(ms(text), seconds * 1000) << text;
  }
}

}  // namespace
}  // namespace vecstore::meta
