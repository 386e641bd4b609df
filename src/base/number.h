// Numbers to and from text, exactly and without locale. The whole text must be the number.
//
// Reading: an optional '-', digits, and for doubles an optional fraction and exponent (a digit on
// each side of a point, no leading '+', no "inf", no "nan"). Doubles round to nearest even; below
// the smallest they become zero. Writing: the shortest digits that read back as the same number,
// with an exponent from 1e16 on and below 1e-5: "1.0", "-0.25", "1e300", "nan", "inf", "-inf".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vecstore {

// Nothing when the text is no integer or lies outside int64.
std::optional<std::int64_t> parse_int64(std::string_view text);

// Nothing when the text is no number or its magnitude is beyond the largest double.
std::optional<double> parse_double(std::string_view text);

// Finite numbers always have a '.' or an 'e'.
std::string format_double(double value);
std::string format_float(float value);

// "1,234,567"
std::string grouped_digits(std::uint64_t value);

// The same as format_double and format_float, appended.
void append_double(std::string& out, double value);
void append_float(std::string& out, float value);

}  // namespace vecstore
