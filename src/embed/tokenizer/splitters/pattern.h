// The regular expressions of tokenizers: what stands for a word in byte-level vocabularies.
//
// A pattern is read from its text: alternatives of characters and classes ([^\r\n\p{L}]) with
// greedy counts, English contractions ((?i:'s|'t|'re|...)) and the look-ahead (?!\S). Backtracking
// over such things can take time that grows with the square of a text; therefore a pattern of more
// than one piece is taken only if it is one of those in known_patterns(), which were looked
// through: each match costs no more than a small number of passes over itself.
//
// Immutable once made, so safe from many threads.
#pragma once

#include <bitset>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vecstore/status.h"

namespace vecstore {

// Bytes [begin, end) of a text, and whether they match.
struct Match {
  std::uint32_t begin;
  std::uint32_t end;
  bool matches;
};

// A set of characters.
struct CharacterSet {
  std::bitset<128> ascii;
  std::uint32_t traits = 0;                           // or any of these bits of unicode::traits()
  std::uint32_t without = 0;                          // or none of these
  std::uint32_t categories = 0;                       // or one of these, as bits
  std::vector<std::pair<char32_t, char32_t>> ranges;  // or within one of these
  bool negated = false;  // beyond ASCII; `ascii` says it all for itself

  bool contains(char32_t value) const;
};

class Pattern {
 public:
  // Refuses what it cannot read, what may match nothing, and what could take long.
  static Result<Pattern> regex(std::string_view text);

  // `text` must not be empty.
  static Pattern literal(std::string_view text);

  // The whole of `text`, cut into what matches and what lies between, in order.
  void find_all(std::string_view text, std::vector<Match>& out) const;

 private:
  friend class PatternParser;

  struct Item {
    enum Kind : unsigned char { kSet, kContraction } kind = kSet;
    CharacterSet set;
    bool any_case = false;  // of a contraction
    std::uint32_t least = 1;
    std::uint32_t most = 1;
  };
  struct Alternative {
    std::vector<Item> items;
    bool before_blank = false;  // (?!\S)
  };

  // Where the match that begins at `at` ends, or npos.
  std::size_t match_at(std::string_view text, std::size_t at) const;
  static std::size_t match_items(std::string_view text, std::size_t at, const Alternative& all,
                                 std::size_t item);

  std::vector<Alternative> alternatives_;
  std::string literal_;
};

// Those of several pieces that are taken.
std::span<const std::string_view> known_patterns();

}  // namespace vecstore
