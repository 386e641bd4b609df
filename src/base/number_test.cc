#include "base/number.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "base/random.h"

namespace vecstore {
namespace {

using Limits = std::numeric_limits<double>;

double random_double(Random& random) {
  double value;
  do {
    value = std::bit_cast<double>(random.next());
  } while (!std::isfinite(value));
  return value;
}

TEST(Number, integers_are_read_to_the_last_of_int64) {
  EXPECT_EQ(parse_int64("0"), 0);
  EXPECT_EQ(parse_int64("-12"), -12);
  EXPECT_EQ(parse_int64("9223372036854775807"), INT64_MAX);
  EXPECT_EQ(parse_int64("-9223372036854775808"), INT64_MIN);
  for (const char* text : {"9223372036854775808", "-9223372036854775809", "", "-", "+1", " 1", "1 ",
                           "1.0", "1e3", "0x10", "one"}) {
    EXPECT_EQ(parse_int64(text), std::nullopt) << text;
  }
}

TEST(Number, doubles_are_read_exactly) {
  EXPECT_EQ(parse_double("0.1"), 0.1);
  EXPECT_EQ(parse_double("-2.5E-3"), -0.0025);
  EXPECT_EQ(parse_double("1e+3"), 1000.0);
  EXPECT_EQ(parse_double("9007199254740993"), 9007199254740992.0);
  EXPECT_EQ(parse_double("9007199254740993.00000000000000000001"), 9007199254740994.0);
  EXPECT_EQ(parse_double("1.7976931348623157e308"), Limits::max());
  EXPECT_EQ(parse_double("4.9406564584124654e-324"), Limits::denorm_min());
}

TEST(Number, what_is_not_a_plain_decimal_is_refused) {
  for (const char* text : {"",         "-",     ".",   ".5",    "5.",   "-.5",   "+1",   " 1",
                           "1 ",       "1e",    "1e+", "e5",    "1.e5", "inf",   "-inf", "nan",
                           "infinity", "0x1p3", "1,5", "1_000", "--1",  "1.2.3", "1e5e5"}) {
    EXPECT_EQ(parse_double(text), std::nullopt) << text;
  }
}

TEST(Number, too_large_is_refused_and_too_small_is_zero) {
  const std::string zeros(400, '0');
  for (const std::string& text :
       {std::string("1e309"), std::string("-1e309"), "1" + zeros, "0.001e" + std::string("320"),
        std::string("1e99999999999999999999"), "1" + zeros + "e-80"}) {
    EXPECT_EQ(parse_double(text), std::nullopt) << text;
  }
  for (const std::string& text :
       {std::string("1e-400"), "0." + zeros + "1", std::string("1e-99999999999999999999"),
        std::string("0e999999999999999999999"), std::string("1000e-330"), "0." + zeros + "1e50"}) {
    EXPECT_EQ(parse_double(text), 0.0) << text;
  }
  EXPECT_TRUE(std::signbit(*parse_double("-1e-400")));
  EXPECT_EQ(parse_double("1" + zeros + "e-400"), 1.0);
  EXPECT_EQ(parse_double("0." + zeros + "1e401"), 1.0);
}

TEST(Number, doubles_are_written_in_their_shortest_form) {
  EXPECT_EQ(format_double(0), "0.0");
  EXPECT_EQ(format_double(-0.0), "-0.0");
  EXPECT_EQ(format_double(1), "1.0");
  EXPECT_EQ(format_double(0.1), "0.1");
  EXPECT_EQ(format_double(-123.456), "-123.456");
  EXPECT_EQ(format_double(0.00001), "0.00001");
  EXPECT_EQ(format_double(0.000001), "1e-6");
  EXPECT_EQ(format_double(1234567890123456), "1234567890123456.0");
  EXPECT_EQ(format_double(1e16), "1e16");
  EXPECT_EQ(format_double(1e300), "1e300");
  EXPECT_EQ(format_double(Limits::max()), "1.7976931348623157e308");
  EXPECT_EQ(format_double(Limits::denorm_min()), "5e-324");
  EXPECT_EQ(format_double(Limits::infinity()), "inf");
  EXPECT_EQ(format_double(-Limits::infinity()), "-inf");
  EXPECT_EQ(format_double(Limits::quiet_NaN()), "nan");
}

TEST(Number, floats_are_written_in_their_own_shortest_form) {
  EXPECT_EQ(format_float(0.1f), "0.1");
  EXPECT_EQ(format_float(1.0f / 3), "0.33333334");
  EXPECT_EQ(format_float(16777216), "16777216.0");
  EXPECT_EQ(format_float(std::numeric_limits<float>::max()), "3.4028235e38");
}

TEST(Number, random_doubles_survive_the_round_trip) {
  Random random(8);
  for (int round = 0; round < 100'000; ++round) {
    const double value = random_double(random);
    const std::string text = format_double(value);
    ASSERT_EQ(parse_double(text), value) << text;
    ASSERT_NE(text.find_first_of(".e"), text.npos);
  }
}

TEST(Number, random_floats_survive_the_round_trip) {
  Random random(9);
  for (int round = 0; round < 100'000; ++round) {
    const auto value = std::bit_cast<float>(static_cast<std::uint32_t>(random.next()));
    if (!std::isfinite(value)) continue;
    const std::string text = format_float(value);
    ASSERT_EQ(std::strtof(text.c_str(), nullptr), value) << text;
  }
}

TEST(Number, digits_are_grouped_by_three) {
  EXPECT_EQ(grouped_digits(0), "0");
  EXPECT_EQ(grouped_digits(999), "999");
  EXPECT_EQ(grouped_digits(1'000), "1,000");
  EXPECT_EQ(grouped_digits(1'234'567), "1,234,567");
}

}  // namespace
}  // namespace vecstore
