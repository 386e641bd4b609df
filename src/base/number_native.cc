#include <algorithm>
#include <charconv>
#include <limits>

#include "base/number_digits.h"

namespace vecstore {
namespace {

// from_chars reports "out of range" for too large and too small alike: whether the first digit that
// counts stands left of the point, after the exponent has moved it, tells them apart.
bool is_huge(std::string_view decimal) {
  const std::size_t e = std::min(decimal.find_first_of("eE"), decimal.size());
  const std::string_view digits = decimal.substr(0, e);
  const std::size_t point = std::min(digits.find('.'), digits.size());
  const std::size_t first = digits.find_first_of("123456789");
  if (first == std::string_view::npos) return false;
  const auto place = static_cast<std::ptrdiff_t>(point) - static_cast<std::ptrdiff_t>(first);
  std::string_view exponent = decimal.substr(std::min(e + 1, decimal.size()));
  if (exponent.starts_with('+')) exponent.remove_prefix(1);
  std::ptrdiff_t power = 0;
  const auto read = std::from_chars(exponent.data(), exponent.data() + exponent.size(), power);
  if (read.ec == std::errc::result_out_of_range) return !exponent.starts_with('-');
  return power > -place;
}

template <typename T>
std::size_t write(T value, std::span<char, kDigitsBytes> out) {
  const auto end =
      std::to_chars(out.data(), out.data() + out.size(), value, std::chars_format::scientific);
  return static_cast<std::size_t>(end.ptr - out.data());
}

}  // namespace

double read_decimal(std::string_view decimal) {
  double value = 0;
  const auto read = std::from_chars(decimal.data(), decimal.data() + decimal.size(), value);
  if (read.ec != std::errc::result_out_of_range) return value;
  const double magnitude = is_huge(decimal) ? std::numeric_limits<double>::infinity() : 0.0;
  return decimal.starts_with('-') ? -magnitude : magnitude;
}

std::size_t write_shortest(double value, std::span<char, kDigitsBytes> out) {
  return write(value, out);
}

std::size_t write_shortest(float value, std::span<char, kDigitsBytes> out) {
  return write(value, out);
}

}  // namespace vecstore
