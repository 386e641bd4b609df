// Recommending and discovering: records like some and unlike others, which are named by id. Of the
// toolkit: link vecstore::rag.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "vecstore/collection.h"

namespace vecstore {

inline constexpr std::size_t kMaxExamples = 100;  // of both kinds
inline constexpr std::size_t kMaxPairs = 50;

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

// Of each pair a record is on the right side when it is more like the one than like the other. What
// pairs say bounds a region; a target, where there is one, says what of that region comes first.
struct ContextPair {
  std::string like = {}, unlike = {};  // ids
};

struct Discovery {
  std::string target = {};  // an id. Empty: the query's vector, and without one there is no target
  std::vector<ContextPair> pairs = {};  // at least one
  // Records that are looked at, of the target, of the pairs together and of each pair: offset + k
  // to kMaxK, 10,000. 0: ten times offset + k, 200 at least and kMaxK at most. A collection that
  // has no more is ranked exactly.
  std::size_t candidates = 0;
};

// By cosine, whatever the field's metric. With a target the score is the number of pairs that the
// record is on the right side of, plus its likeness to the target, 0 to 1; without one it is 0 on
// the right side of all, and below by what is missing of each pair. Equal scores: the further on
// the right side first, then by id. Examples and target are left out. Of `query` go in: vector,
// field, filter, k, offset, effort, ef, include, timeout, cancel; kInvalidArgument for the rest,
// for vectors that are not dense and for too few or many pairs or candidates; kNotFound names an id
// that is not there, or has no vector in the field. Costs (2 + pairs) queries and `candidates`
// vectors of each.
Result<Hits> discover(const Collection& collection, const Discovery& discovery, Query query);

}  // namespace vecstore
