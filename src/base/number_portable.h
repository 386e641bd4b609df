// The conversions of number_digits.h by means of the C library alone, for platforms whose C++
// library lacks them or pays for them with large tables. Needs the "C" locale.
#pragma once

#include "base/number_digits.h"

namespace vecstore {

double read_decimal_portable(std::string_view decimal);

// Slower than the native form, and in rare cases (next to a power of two) one digit longer.
std::size_t write_shortest_portable(double value, std::span<char, kDigitsBytes> out);
std::size_t write_shortest_portable(float value, std::span<char, kDigitsBytes> out);

}  // namespace vecstore
