// How a spreadsheet shows a number: dates as ISO 8601, percentages, and else the number itself.
#pragma once

#include <string>
#include <string_view>

namespace vecstore {

enum class NumberFormat { kGeneral, kPercent, kDate, kTime, kDateTime };

// Of a format code of Excel, such as "yyyy\-mm\-dd" or "0.0%". Its first section counts.
NumberFormat read_number_format(std::string_view code);

// Of those that Excel knows by number alone.
NumberFormat built_in_format(int id);

// `value` counts days for dates: from 1899-12-30, with the leap day of 1900 that Excel believes in,
// or from 1904-01-01. What is no date of the years 1900 to 9999 is shown as the number it is. 15
// digits, as Excel.
std::string show_number(double value, NumberFormat format, bool from_1904 = false);

}  // namespace vecstore
