#include "base/number_digits.h"
#include "base/number_portable.h"

namespace vecstore {

double read_decimal(std::string_view decimal) { return read_decimal_portable(decimal); }

std::size_t write_shortest(double value, std::span<char, kDigitsBytes> out) {
  return write_shortest_portable(value, out);
}

std::size_t write_shortest(float value, std::span<char, kDigitsBytes> out) {
  return write_shortest_portable(value, out);
}

}  // namespace vecstore
