// "Did you mean": words of a question that no text has, and words of texts that are near them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "vecstore/collection.h"

namespace vecstore {

struct Misspelling {
  std::size_t begin = 0, end = 0;  // bytes of the question
  std::string meant = {};          // in lower case, as a text has it
};

struct Spelling {
  std::vector<Misspelling> words = {};  // in the order of the question
  std::string question = {};            // with what was meant; as it was where all is known
};

inline constexpr std::size_t kShortestMisspelled = 4;  // bytes
inline constexpr std::size_t kMaxMisspelled = 8;       // words of a question that are looked for

// A word is misspelled when the collection's texts do not have it, as its analyzer reads them, and
// have words one or two letters away (one, up to seven bytes); what was meant is the nearest of
// these in the best 100 texts, of equally near ones what most of them have. Words with digits and
// short ones are taken as they are. kInvalidArgument where the collection searches no texts. Cost:
// a search of one word each, and one with a look at every term of the texts for those that are not
// there.
Result<Spelling> check_spelling(const Collection& collection, std::string_view question);

}  // namespace vecstore
