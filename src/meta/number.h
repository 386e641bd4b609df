// Numbers of metadata as filters see them: int64 and double are one type and compare exactly.
#pragma once

#include <cmath>
#include <compare>
#include <cstdint>
#include <variant>

namespace vecstore::meta {

// Equal numbers are equal here: a double that is an int64 stands as that.
using Number = std::variant<std::int64_t, double>;

inline Number number_of(double value) {
  const bool whole = value >= -0x1p63 && value < 0x1p63 && value == std::trunc(value);
  return whole ? Number(static_cast<std::int64_t>(value)) : Number(value);
}

// Turning the integer into a double would make 2^53 and 2^53 + 1 equal.
inline std::strong_ordering compare_numbers(std::int64_t a, double b) {
  if (b >= 0x1p63) return std::strong_ordering::less;
  if (b < -0x1p63) return std::strong_ordering::greater;
  const double whole = std::trunc(b);
  const std::strong_ordering order = a <=> static_cast<std::int64_t>(whole);
  if (order != 0 || whole == b) return order;
  return whole < b ? std::strong_ordering::less : std::strong_ordering::greater;
}

inline std::strong_ordering compare_numbers(const Number& a, const Number& b) {
  const std::int64_t* left = std::get_if<std::int64_t>(&a);
  const std::int64_t* right = std::get_if<std::int64_t>(&b);
  if (left && right) return *left <=> *right;
  if (left) return compare_numbers(*left, std::get<double>(b));
  if (right) return 0 <=> compare_numbers(*right, std::get<double>(a));
  const double x = std::get<double>(a);
  const double y = std::get<double>(b);
  return x < y   ? std::strong_ordering::less
         : y < x ? std::strong_ordering::greater
                 : std::strong_ordering::equal;
}

}  // namespace vecstore::meta
