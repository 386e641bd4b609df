// What a text is cut at: literal text, or a regular expression as Python's `re` reads it.
//
// Of expressions: characters, classes ([^a-z\s]), . \s \S \w \W \d \D \n \t \r \f \v \xhh \uhhhh,
// ^ $ \A \Z \b \B, groups (?:...), alternatives, greedy and lazy counts, and look-arounds of
// bounded length, those that look behind of one length. Refused by name are capturing groups,
// references, flags, possessive counts, and what repeats without end something that may match
// nothing. \d is 0-9 alone. Nothing backtracks: one match costs time in proportion to the
// characters it looks at, and a text on which all of them look too far is given up with an error,
// not with a wait.
//
// Immutable once made, so safe from many threads.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "rag/splitters/text_span.h"
#include "vecstore/status.h"

namespace vecstore {

struct SeparatorProgram;

class Separator {
 public:
  // "" stands for the place between any two characters.
  static Separator literal(std::string_view text);

  // kInvalidArgument for what is refused, or is longer than kMaxSeparatorBytes.
  static Result<Separator> regex(std::string_view text);

  const std::string& text() const { return text_; }  // as it was given

  // Whether the expression begins with a look-around.
  bool looks_around() const;

 private:
  friend class SeparatorSearch;

  std::string text_;
  std::string literal_;                              // where program_ is null
  std::shared_ptr<const SeparatorProgram> program_;  // else what matches
};

inline constexpr std::size_t kMaxSeparatorBytes = 1'000;

// The matches in one text, in order and without overlap, empty ones as re.finditer() has them.
class SeparatorSearch {
 public:
  // Both outlive the search; `text` is valid UTF-8.
  SeparatorSearch(const Separator& separator, std::string_view text);

  // False when there are no more, or the work is more than the text allows: see status().
  bool next(TextSpan& match);

  Status status() const;

 private:
  bool next_literal(TextSpan& match);

  const Separator& separator_;
  std::string_view text_;
  std::size_t from_ = 0;
  bool after_empty_ = false;  // the last match was empty and ended at from_
  std::uint64_t steps_ = 0;
  bool gave_up_ = false;
};

}  // namespace vecstore
