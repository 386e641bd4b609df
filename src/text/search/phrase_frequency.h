// How often a phrase occurs in a row.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace vecstore::text {

// One place of a phrase and where its word stands in the row.
struct PhraseWord {
  std::uint32_t offset = 0;                   // from the phrase's first word
  std::uint32_t word = 0;                     // places with the same word have the same number
  std::vector<std::uint32_t> positions = {};  // ascending
};

// An occurrence is one position of each word, two places with the same word at two positions; its
// width is the distance between the earliest and the latest start of the phrase that they stand
// for, 0 when they stand as in the phrase. Of the occurrences that begin at a start the narrowest
// counts, of those that end at the same one the last, with 1 / (1 + width) when the width is at
// most `slop`. The sum is never more than the rarest word's number of positions.
// `used` gets the positions of the words in the occurrences that count, in any order.
double phrase_frequency(std::span<const PhraseWord> words, std::uint32_t slop,
                        std::vector<std::uint32_t>* used = nullptr);

// Of some positions of a phrase's word `first` those stay from which on `word` stands as in the
// phrase. Begun with all of them and done with each other word, as many are left as
// phrase_frequency() counts without slop.
void keep_joined(const PhraseWord& first, const PhraseWord& word,
                 std::vector<std::uint32_t>& positions);

}  // namespace vecstore::text
