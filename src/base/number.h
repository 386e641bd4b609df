// Numbers to and from text, exactly and without locale. The whole text must be the number.
//
// Reading: an optional '-', digits, and for doubles an optional fraction and exponent (a digit on
// each side of a point, no '+', no "inf", no "nan"). Doubles round to nearest even; below the
// smallest they become zero. Writing: the shortest digits that read back as the same number.
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

// "1.0", "0.1", "1e+300", "-0.0"; "nan", "inf", "-inf". Finite numbers always have '.' or 'e'.
std::string format_double(double value);

// As format_double, with the shortest digits that read back as the same float.
std::string format_float(float value);

}  // namespace vecstore
