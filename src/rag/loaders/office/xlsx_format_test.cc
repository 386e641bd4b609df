#include "rag/loaders/office/xlsx_format.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

using enum NumberFormat;

TEST(ReadNumberFormat, dates_times_and_percentages_are_told_apart) {
  EXPECT_EQ(read_number_format("General"), kGeneral);
  EXPECT_EQ(read_number_format("0.00"), kGeneral);
  EXPECT_EQ(read_number_format("#,##0.00\\ \"days\";[Red]-0"), kGeneral);
  EXPECT_EQ(read_number_format("[$-409]0.0"), kGeneral);
  EXPECT_EQ(read_number_format("0.0%"), kPercent);
  EXPECT_EQ(read_number_format("yyyy\\-mm\\-dd"), kDate);
  EXPECT_EQ(read_number_format("[$-407]D. MMMM YYYY;@"), kDate);
  EXPECT_EQ(read_number_format("mmm"), kDate);
  EXPECT_EQ(read_number_format("m/d/yy h:mm"), kDateTime);
  EXPECT_EQ(read_number_format("h:mm AM/PM"), kTime);
  EXPECT_EQ(read_number_format("[h]:mm:ss"), kTime);
  EXPECT_EQ(read_number_format("\"unclosed"), kGeneral);
  EXPECT_EQ(read_number_format("[unclosed"), kGeneral);
  EXPECT_EQ(read_number_format("\\"), kGeneral);
}

TEST(BuiltInFormat, excel_knows_some_by_number) {
  EXPECT_EQ(built_in_format(0), kGeneral);
  EXPECT_EQ(built_in_format(9), kPercent);
  EXPECT_EQ(built_in_format(14), kDate);
  EXPECT_EQ(built_in_format(20), kTime);
  EXPECT_EQ(built_in_format(22), kDateTime);
  EXPECT_EQ(built_in_format(49), kGeneral);
}

TEST(ShowNumber, dates_are_iso_8601) {
  EXPECT_EQ(show_number(45322, kDate), "2024-01-31");
  EXPECT_EQ(show_number(45322.5, kDateTime), "2024-01-31T12:00:00");
  EXPECT_EQ(show_number(45322.999999, kDate), "2024-02-01");
  EXPECT_EQ(show_number(61, kDate), "1900-03-01");
  EXPECT_EQ(show_number(59, kDate), "1900-02-28");
  EXPECT_EQ(show_number(1, kDate), "1900-01-01");
  EXPECT_EQ(show_number(60, kDate), "60");
  EXPECT_EQ(show_number(2958465, kDate), "9999-12-31");
  EXPECT_EQ(show_number(2958466, kDate), "2958466");
  EXPECT_EQ(show_number(-1, kDate), "-1");
  EXPECT_EQ(show_number(43860, kDate, true), "2024-01-31");
}

TEST(ShowNumber, times_count_beyond_a_day) {
  EXPECT_EQ(show_number(0.75, kTime), "18:00:00");
  EXPECT_EQ(show_number(1.5, kTime), "36:00:00");
  EXPECT_EQ(show_number(0.25, kDateTime), "06:00:00");
}

TEST(ShowNumber, numbers_have_the_digits_that_excel_shows) {
  EXPECT_EQ(show_number(0.1 + 0.2, kGeneral), "0.3");
  EXPECT_EQ(show_number(42, kGeneral), "42");
  EXPECT_EQ(show_number(-1234.5, kGeneral), "-1234.5");
  EXPECT_EQ(show_number(1e21, kGeneral), "1e+21");
  EXPECT_EQ(show_number(0.256, kPercent), "25.6%");
}

}  // namespace
}  // namespace vecstore
