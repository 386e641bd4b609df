// LIKE patterns.
#pragma once

#include <string_view>

namespace vecstore::query {

// True when all of `text` matches: % any run, _ one character (a code point), backslash makes the
// next character plain. Case matters. Time is at most |text| x |pattern|, and patterns are at most
// kMaxPatternBytes long; no backtracking beyond the last %.
bool matches_like(std::string_view text, std::string_view pattern);

}  // namespace vecstore::query
