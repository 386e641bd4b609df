// The passages that an answer names, held against what it says of them: by rule, without a model.
//
// A statement is a sentence or line of the answer; what it names stands in it or right behind it:
// [1], [1, 3], [2][3], [2-4]. Checked is what can be: that the passage exists, that what stands in
// quotation marks is in it, that numbers are, and how many of the statement's words it has.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "vecstore/hits.h"

namespace vecstore {

struct Citation {
  std::size_t begin = 0, end = 0;  // the statement: bytes of the answer
  std::size_t passage = 0;         // counted from 0
  std::size_t quote_begin = 0;     // the sentence of the passage that has most of the statement's
  std::size_t quote_end = 0;       // words: bytes of its text
  double support = 0;              // the share of the statement's words that the passage has
};

struct CheckedCitations {
  std::vector<Citation> citations = {};    // in the order of the answer
  std::vector<std::string> problems = {};  // each a sentence for whoever reads the answer
};

// Under this share of a statement's words a citation is a problem. Most honest paraphrases have
// half.
inline constexpr double kLeastSupport = 0.3;

// `answer` and the texts of `passages` are valid UTF-8; passages without text have none of the
// words. Cost: linear in the answer times the passages that it names.
CheckedCitations check_citations(std::string_view answer, const Hits& passages);

// The answer without the numbers of passages: "It is oiled [1][2]." is "It is oiled."
std::string without_markers(std::string_view answer);

}  // namespace vecstore
