// The terms of a field that a prefix or a misspelt word stands for.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "text/index/field_view.h"

namespace vecstore::text {

inline constexpr std::size_t kMaxExpansions = 1024;

struct Expansion {
  std::string term;
  std::uint64_t rows = 0;  // of all segments
  std::uint32_t edits = 0;
};

// Of more than kMaxExpansions those that most rows have. Ordered by term. Cost: the terms with the
// prefix.
Result<std::vector<Expansion>> expand_prefix(std::span<const FieldView> segments,
                                             std::string_view prefix);

// Terms within `edits` of the word, the nearest and then the most frequent first chosen. Ordered by
// term. Cost: a look at every term of the field.
Result<std::vector<Expansion>> expand_fuzzy(std::span<const FieldView> segments,
                                            std::string_view word, std::uint32_t edits);

// The characters of UTF-8; replaces `out`.
void decode_characters(std::string_view text, std::u32string& out);

// Optimal string alignment distance in characters, or any number above `most` when it is above.
std::uint32_t edit_distance(std::u32string_view a, std::u32string_view b, std::uint32_t most);

}  // namespace vecstore::text
