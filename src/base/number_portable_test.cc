#include "base/number_portable.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <string>

#include "base/random.h"

// The native conversions are the oracle: both platforms must read and write the same numbers.
namespace vecstore {
namespace {

template <typename T>
std::string native(T value) {
  std::array<char, kDigitsBytes> buffer;
  return {buffer.data(), write_shortest(value, buffer)};
}

template <typename T>
std::string portable(T value) {
  std::array<char, kDigitsBytes> buffer;
  return {buffer.data(), write_shortest_portable(value, buffer)};
}

TEST(NumberPortable, reads_the_same_numbers) {
  Random random(10);
  for (int round = 0; round < 50'000; ++round) {
    std::string text = random.below(2) == 0 ? "-" : "";
    for (std::size_t digits = 1 + random.below(25); digits > 0; --digits) {
      text.push_back(static_cast<char>('0' + random.below(10)));
    }
    text += "." + std::to_string(random.next());
    text += "e" + std::to_string(static_cast<int>(random.below(700)) - 350);
    ASSERT_EQ(read_decimal_portable(text), read_decimal(text)) << text;
  }
}

TEST(NumberPortable, writes_the_same_digits) {
  Random random(11);
  for (int round = 0; round < 20'000; ++round) {
    const auto value = std::bit_cast<double>(random.next());
    if (!std::isfinite(value)) continue;
    ASSERT_EQ(portable(value), native(value));
    const auto small = std::bit_cast<float>(static_cast<std::uint32_t>(random.next()));
    if (!std::isfinite(small)) continue;
    ASSERT_EQ(portable(small), native(small));
  }
}

TEST(NumberPortable, reads_back_what_it_writes_next_to_powers_of_two) {
  for (int power = -1074; power < 1024; ++power) {
    const double value = std::ldexp(1.0, power);
    ASSERT_EQ(read_decimal_portable(portable(value)), value) << power;
  }
}

}  // namespace
}  // namespace vecstore
