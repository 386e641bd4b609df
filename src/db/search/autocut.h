// Where a ranking stops being about the same thing.
#pragma once

#include <cstddef>
#include <span>

#include "db/search/fuse.h"

namespace vecstore::db {

// How many rows stand before the n-th jump; all of them when there are fewer jumps. A jump is a
// fall of the score from one row to the next of more than three times the mean of the other falls.
// Two rows, or equal scores, have none. The rows are ordered by score.
std::size_t rows_before_jump(std::span<const RankedRow> rows, std::size_t n);

}  // namespace vecstore::db
