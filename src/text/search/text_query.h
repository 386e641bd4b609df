// What a text search asks for, as a tree: what the query language is read into, and what a program
// builds itself.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vecstore::text {

// How a query stands in its group. A row matches a group when it matches everything demanded,
// nothing excluded, and where nothing is demanded at least one of the rest. Its score is the sum of
// what it matches.
enum class Occur : std::uint8_t { kOptional, kDemanded, kExcluded };

struct TextQuery {
  enum class Kind : std::uint8_t {
    kWords,   // any of the words of `text`; where it is demanded or excluded, all of them as a
              // phrase
    kPhrase,  // the words of `text` in order and side by side, or up to `slop` places moved
    kPrefix,  // words that begin with `text`
    kFuzzy,   // words at most `edits` insertions, deletions, replacements or swaps from `text`
    kGroup,   // its clauses
  };
  Kind kind = Kind::kWords;
  Occur occur = Occur::kOptional;  // means nothing outside of groups
  std::string text = {};
  std::string field = {};   // empty: every field of the search
  std::uint32_t slop = 0;   // places
  std::uint32_t edits = 1;  // at most kMaxEdits
  double boost =
      1;  // times the score; above 0; with those of the groups around it at most kMaxBoost
  std::vector<TextQuery> clauses = {};

  bool operator==(const TextQuery&) const = default;
};

inline constexpr std::uint32_t kMaxEdits = 2;
inline constexpr double kMaxBoost = 100;
inline constexpr std::uint32_t kMaxSlop = 1000;
inline constexpr std::size_t kMaxQueryBytes = std::size_t{64} << 10;  // of all its texts
inline constexpr std::size_t kMaxQueryWords = 1000;     // different ones, and places of phrases
inline constexpr std::size_t kMaxQueryExpansions = 32;  // prefixes and misspellings, in each field
inline constexpr std::uint32_t kMaxQueryDepth = 32;

}  // namespace vecstore::text
