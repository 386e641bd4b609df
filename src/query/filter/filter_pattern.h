// Regular expressions, found anywhere in a text in time linear in it: an automaton that is in many
// states at once and never goes back (K. Thompson 1968; R. Cox, "Regular expression matching: the
// virtual machine approach").
//
// Read: literals, . [a-z] [^a-z] \d \w \s \D \W \S \b \B \A \z ^ $ ( ) (?: ) | * + ? {m,n} and
// their lazy forms (which find the same), \n \t \r \f \v \xHH \x{H..} \uHHHH, and (?ims) at the
// beginning. What needs going back, such as \1 and (?=x), is refused. Characters are code points;
// \d \w \s \b and (?i) know ASCII only; bytes that are not UTF-8 count as U+FFFD.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "query/filter/filter_pattern_parser.h"
#include "vecstore/limits.h"
#include "vecstore/status.h"

namespace vecstore::query {

class Pattern {
 public:
  // Refuses what parse_pattern refuses and what needs more than kMaxPatternStates states.
  static Result<Pattern> compile(std::string_view text);

  // At most kMaxPatternStates steps a character. Safe from many threads.
  bool found_in(std::string_view text) const;

 private:
  friend class PatternCompiler;
  friend class PatternRun;

  enum class Kind : std::uint8_t { kSet, kAssertion, kSplit, kJump, kFound };
  struct State {
    Kind kind = Kind::kFound;
    std::uint32_t value = 0;  // the set, the assertion, the other state
  };

  void find_first_bytes();

  // A state leads to the one behind it; kSplit also to `value`, kJump to `value` alone.
  std::vector<State> states_;
  std::vector<PatternSet> sets_;
  // A match begins with one of these bytes, or may be empty.
  std::array<bool, 256> first_bytes_{};
  bool may_be_empty_ = false;
};

}  // namespace vecstore::query
