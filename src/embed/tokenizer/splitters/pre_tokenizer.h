// Cuts a normalised text into the pieces that the model sees one at a time: the pre-tokenizers of
// tokenizer.json.
//
// Immutable once made, so safe from many threads.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "embed/tokenizer/splitters/pattern.h"
#include "embed/tokenizer/text/aligned_text.h"

namespace vecstore {

// What becomes of the matches of a pattern that cuts a text.
enum class SplitBehavior : unsigned char {
  kRemoved,
  kIsolated,
  kMergedWithPrevious,
  kMergedWithNext,
  kContiguous,
};

struct BertSplit {};   // at blanks, which go, and around each punctuation mark
struct BlankSplit {};  // at blanks, which go
struct WordSplit {};   // runs of \w, runs of what is neither that nor blank
struct PunctuationSplit {
  SplitBehavior behavior = SplitBehavior::kIsolated;
};
struct DigitSplit {
  bool individual = false;
};
struct CharacterSplit {  // at a character, which goes
  char32_t delimiter = 0;
};
struct PatternSplit {
  Pattern pattern;
  SplitBehavior behavior = SplitBehavior::kIsolated;
  bool invert = false;
};
// SentencePiece's way: spaces become a visible character, which begins each piece.
struct Metaspace {
  enum Prepend : unsigned char { kNever, kFirst, kAlways };
  std::string space = "▁";
  Prepend prepend = kAlways;
  bool split = true;
};
// GPT-2's way.
struct ByteLevelSplit {
  bool prepend_space = false;
  std::vector<Pattern> pattern;  // one, or none to keep the pieces whole
  bool maps = true;              // bytes are written as characters; else the model takes them bare
};

using PreTokenizer = std::variant<BertSplit, BlankSplit, WordSplit, PunctuationSplit, DigitSplit,
                                  CharacterSplit, PatternSplit, Metaspace, ByteLevelSplit>;

// Bytes [begin, end) of a text.
struct Piece {
  std::uint32_t begin;
  std::uint32_t end;

  bool operator==(const Piece&) const = default;
};

struct SplitText {
  AlignedText text;
  std::vector<Piece> pieces;  // in order, none empty
};

// Steps in order, in place. `spare` is room to work in.
void split(const std::vector<PreTokenizer>& steps, SplitText& text, SplitText& spare);

}  // namespace vecstore
