// What a regular expression says, before it is an automaton (filter_pattern.h).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "vecstore/status.h"

namespace vecstore::query {

struct PatternRange {
  char32_t low;
  char32_t high;  // included
};
// Ascending and apart.
using PatternSet = std::vector<PatternRange>;

enum class PatternAssertion : std::uint8_t {
  kTextBegin,
  kTextEnd,
  kLineBegin,
  kLineEnd,
  kWordEdge,
  kNoWordEdge,
};

inline constexpr std::uint32_t kPatternUnbounded = 0xffffffff;

struct PatternNode {
  enum class Kind : std::uint8_t { kSet, kAssertion, kSequence, kChoice, kRepeat };
  Kind kind = Kind::kSequence;
  PatternSet set = {};                                      // kSet: one character of it
  PatternAssertion assertion = PatternAssertion::kTextEnd;  // kAssertion
  std::uint32_t least = 0;                                  // kRepeat
  std::uint32_t most = 0;                                   // kRepeat; may be kPatternUnbounded
  std::vector<PatternNode> parts = {};                      // kRepeat: one
};

// Errors begin "pattern position 3: ", in characters from 1. Groups nest at most 100 deep.
Result<PatternNode> parse_pattern(std::string_view text);

}  // namespace vecstore::query
