// How many tokens a text may be, without the provider's tokenizer.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vecstore {

// No less than what a tokenizer counts: one for each byte, as byte-level BPE does at worst, and two
// for the marks that models put around. Batches are cut by it.
inline std::size_t most_tokens(std::string_view text) { return text.size() + 2; }

// What to expect: a quarter of the ASCII bytes and one for each other character, and two. Rates and
// prices go by it. English prose comes to about as much; code, digits and rare words to up to
// twice, Cyrillic and Greek to about half.
std::size_t likely_tokens(std::string_view text);

// Nothing a model could embed: empty, or ASCII blanks, line breaks and NULs alone.
bool is_blank(std::string_view text);

struct BatchLimits {
  std::size_t texts = 1;
  std::size_t tokens = 0;          // 0: no limit
  std::size_t tokens_of_each = 0;  // added for each text: a prefix, a query
};

// The positions of the texts that are not blank, in order, in runs within the limits. A text beyond
// `tokens` is alone.
std::vector<std::vector<std::size_t>> cut_batches(std::span<const std::string> texts,
                                                  const BatchLimits& limits);

}  // namespace vecstore
