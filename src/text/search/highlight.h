// Where in a text the words of a query are, and the part of it to show.
#pragma once

#include <string_view>
#include <vector>

#include "text/analysis/analyzer.h"
#include "text/search/text_query.h"
#include "vecstore/status.h"

namespace vecstore::text {

// Bytes of a text.
struct TextSpan {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t word = 0;  // spans of the same term have the same number

  bool operator==(const TextSpan&) const = default;
};

// What the query looks for in the field, in ascending order and apart from each other: words of a
// phrase only where the phrase is, and nothing that is excluded. Cost: analysing the text again.
std::vector<TextSpan> highlight(const TextQuery& query, std::string_view field,
                                const Analyzer& analyzer, std::string_view text);

// The part of at most `bytes` bytes that has the most different words, then the most of them, then
// is the first; it begins and ends between words where it can. The beginning when there are none.
TextSpan best_passage(std::string_view text, const std::vector<TextSpan>& spans,
                      std::uint32_t bytes);

}  // namespace vecstore::text
