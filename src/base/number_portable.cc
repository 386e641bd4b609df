#include "base/number_portable.h"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace vecstore {
namespace {

// Tries ever more digits until they read back as the same number.
template <typename T, typename Read>
std::size_t write_until_exact(T value, int max_digits, std::span<char, kDigitsBytes> out,
                              Read read) {
  int length = 0;
  for (int digits = 1; digits <= max_digits; ++digits) {
    length = std::snprintf(out.data(), out.size(), "%.*e", digits - 1, static_cast<double>(value));
    if (read(out.data(), nullptr) == value) break;
  }
  return static_cast<std::size_t>(length);
}

}  // namespace

double read_decimal_portable(std::string_view decimal) {
  return std::strtod(std::string(decimal).c_str(), nullptr);
}

std::size_t write_shortest_portable(double value, std::span<char, kDigitsBytes> out) {
  return write_until_exact(value, 17, out, std::strtod);
}

std::size_t write_shortest_portable(float value, std::span<char, kDigitsBytes> out) {
  return write_until_exact(value, 9, out, std::strtof);
}

}  // namespace vecstore
