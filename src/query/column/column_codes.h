// A leaf of a filter over the different values of a column, without its rows: which codes meet it.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "meta/column.h"
#include "query/filter/filter_bind.h"
#include "vecstore/status.h"

namespace vecstore::query {

// Ascending, none empty, with at least one code between each and the next.
using CodeSet = std::vector<meta::Codes>;

CodeSet normal(CodeSet codes);  // of ranges in any order, overlapping or empty
CodeSet unite(CodeSet a, const CodeSet& b);
CodeSet intersect(const CodeSet& a, const CodeSet& b);
CodeSet complement(const CodeSet& codes, meta::Codes all);

// Codes in neither are unknown.
struct CodeTruths {
  CodeSet holds;
  CodeSet fails;
};

// Asked now and then while strings are tested one by one: true ends it, and the result is
// kCancelled.
using StopSign = std::function<bool()>;

// The condition, or under ANY and ALL its negation if it is negated, on each value by itself.
Result<CodeTruths> test_codes(const BoundNode& leaf, const meta::Column& column,
                              const StopSign& stop = {});

// The values that an element of a list must be to be `literal`; none for a list.
Result<CodeSet> equal_codes(const Literal& literal, const meta::Column& column);

// How many strings test_codes() looks at one by one.
Result<std::uint64_t> strings_to_test(const BoundNode& leaf, const meta::Column& column);

}  // namespace vecstore::query
