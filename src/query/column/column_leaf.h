// What a column can say about one leaf of a filter, before any row is looked at.
#pragma once

#include <string>
#include <vector>

#include "meta/columns.h"
#include "query/column/column_codes.h"
#include "query/filter/filter_bind.h"
#include "query/filter/filter_eval.h"

namespace vecstore::query {

// Where a path leads in columns.
struct PathColumns {
  std::vector<const meta::Column*> above;  // of the objects on the way
  const meta::Column* column = nullptr;    // nullptr: no row has a value there
  bool has_position = false;               // the path goes on into a list
  bool known = false;                      // else only rows can say anything
};

PathColumns find_columns(const Path& path, const meta::Columns& columns);

// Whether the negation is of the whole condition.
bool is_opposite(const BoundNode& leaf);
// CONTAINS and its kind ask of a list something else than of a string.
bool asks_lists_apart(const BoundNode& leaf);
// IS NULL and its kind of the whole field, which is not null when it is irregular or an empty list.
bool is_null_test(const BoundNode& leaf);
// Lists need their rows: the order of their elements is in no column.
bool leaves_lists_open(const BoundNode& leaf);
// How many strings pick() looks at one by one.
Result<std::uint64_t> scan_cost(const BoundNode& leaf, const meta::Column& column);
// Of a row in which nothing stands there, before is_opposite().
Truth truth_of_nothing(const BoundNode& leaf);

// Rows with one of `codes`, or the other way round the rows with a regular value and none of them.
struct Picked {
  CodeSet codes;
  bool others = false;
};

// The rows with a regular value for which the leaf, before is_opposite(), is `wanted`, kTrue or
// kFalse.
Result<Picked> pick(const BoundNode& leaf, const meta::Column& column, Truth wanted,
                    const StopSign& stop = {});

}  // namespace vecstore::query
