// Filter trees as text.
#pragma once

#include <string>

#include "vecstore/filter.h"

namespace vecstore::query {

// The canonical text of a tree that Filter::node() gave: parse_filter of it makes the same tree.
// Inner nodes below the root stand in parentheses, words in capitals, strings in single quotes.
std::string print_filter(const FilterNode& node);

}  // namespace vecstore::query
