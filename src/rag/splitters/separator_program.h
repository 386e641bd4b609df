// How a regular expression is kept and run: Pike's machine, all threads of a place at once, in the
// order in which backtracking would try them (Cox, "Regular Expression Matching: the Virtual
// Machine Approach", 2009).
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rag/splitters/text_span.h"
#include "vecstore/status.h"

namespace vecstore {

// A set of characters.
struct CharacterClass {
  enum Kind : std::uint32_t {
    kSpace = 1,
    kNotSpace = 2,
    kWord = 4,
    kNotWord = 8,
    kDigit = 16,
    kNotDigit = 32
  };
  std::uint32_t kinds = 0;                                 // any of these
  std::vector<std::pair<char32_t, char32_t>> ranges = {};  // or within one of these
  bool negated = false;

  bool contains(char32_t value) const;
};

struct SeparatorInstruction {
  enum Kind : std::uint8_t {
    kClass,   // takes a character of classes[x]
    kSplit,   // goes on at x, and if that fails at y
    kJump,    // goes on at x
    kPlace,   // passes where `place` x holds
    kLook,    // passes where looks[x] says so
    kAccept,  // has matched
  } kind = kAccept;
  std::uint32_t x = 0;
  std::uint32_t y = 0;
};

enum class TextPlace : std::uint32_t { kBegin, kEnd, kEndOrLastLine, kWordEdge, kNoWordEdge };

struct LookAround;

struct SeparatorProgram {
  std::vector<SeparatorInstruction> code = {};
  std::vector<CharacterClass> classes = {};
  std::vector<std::shared_ptr<const LookAround>> looks = {};
  std::string prefix = {};  // every match begins with it
};

struct LookAround {
  SeparatorProgram inside = {};
  std::size_t behind = 0;  // characters to step back; 0 looks ahead
  bool negated = false;
};

inline constexpr std::size_t kMaxSeparatorInstructions = 2'000;

// Reads and compiles an expression. A literal in disguise ("\n\n") is returned in `literal`.
Status compile_separator(std::string_view text, SeparatorProgram& program, std::string& literal);

struct SeparatorRun {
  std::string_view text;
  std::uint64_t steps = 0;  // counted up
  std::uint64_t most_steps = std::numeric_limits<std::uint64_t>::max();
};

// The leftmost match that begins at or after `from`, the one that backtracking would find first.
// One that is empty and lies at `from` does not count when `not_empty`. False also when the steps
// are used up.
bool find_match(const SeparatorProgram& program, SeparatorRun& run, std::size_t from,
                bool not_empty, TextSpan& match);

}  // namespace vecstore
