// Hashes and secrets: SHA-256, bytes that nobody guesses, and a comparison that does not tell by
// its time how much was right.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "vecstore/status.h"

namespace vecstore {

// 64 hexadecimal digits, small letters.
std::string sha256_hex(std::string_view bytes);

// `count` bytes of the system's random source as hexadecimal digits. kUnavailable when it has none.
Result<std::string> random_hex(std::size_t count);

// Takes as long for any two texts of that length.
bool same_secret(std::string_view a, std::string_view b);

}  // namespace vecstore
