// What number.cc needs from the platform: exact conversion between doubles and decimal digits.
// number_native.cc has it from the standard library, number_wasm.cc from number_portable.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace vecstore {

// Enough for any shortest scientific form: "-d.dddddddddddddddde-308".
inline constexpr std::size_t kDigitsBytes = 32;

// The double nearest to `decimal`, which has the grammar of number.h; infinity when beyond.
double read_decimal(std::string_view decimal);

// Writes the shortest scientific form of a finite number, as "-1.25e-07"; returns its length.
std::size_t write_shortest(double value, std::span<char, kDigitsBytes> out);
std::size_t write_shortest(float value, std::span<char, kDigitsBytes> out);

}  // namespace vecstore
