// Records like some and unlike others: questions without words, by ids.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "vecstore/collection.h"

namespace vecstore {

inline constexpr std::size_t kMaxExamples = 100;  // of both kinds

struct Examples {
  std::vector<std::string> like = {};  // ids; at least one
  std::vector<std::string> unlike = {};
};

// `query` with the vector that stands for the examples in its field, and a filter that leaves them
// out of the answer: the mean m of those that are like it, each of unit length, and with examples
// that it is not like, of mean n, 2 m - n. kNotFound names an id that is not there, or has no
// vector in the field; kInvalidArgument where vectors are not dense, cancel each other out, or
// there are too few or many examples.
Result<Query> query_by_examples(const Collection& collection, const Examples& examples,
                                Query query);

}  // namespace vecstore
