// What stands in a metadata field under a filter: how often each value, and what its numbers come to.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vecstore/value.h"

namespace vecstore {

struct FacetCount {
  Value value = {};
  std::uint64_t records = 0;  // that have the value; a record whose list has it twice counts once
};

struct Facet {
  std::vector<FacetCount> values = {};  // the most frequent first, equally frequent ones in the order of values
  std::uint64_t different = 0;          // values in all, also those beyond the limit
};

// Of the numbers in the field; other values are passed over. Each number of a record's list counts, one that the list has twice once.
struct Summary {
  std::uint64_t count = 0;
  Value min = {};  // null when there is none
  Value max = {};
  double sum = 0;
  double mean = 0;  // 0 when there is none
};

}  // namespace vecstore
