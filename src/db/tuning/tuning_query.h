// What a tuning asks, and what there is to find.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "query/search.h"

namespace vecstore::db {

struct TuningQuery {
  Vector vector;
  std::optional<query::RowAt> of = {};  // the row that it is the vector of
  std::vector<double> nearest = {};     // distances of the nearest others, ascending
};

// `answer` is to the query with one row more than the `nearest` are; its own row does not count.
std::vector<double> others(const TuningQuery& query, const query::SearchAnswer& answer);

// Of the nearest, the share that is among `found`; rows as near as the last will do.
double share_found(const TuningQuery& query, std::span<const double> found);

}  // namespace vecstore::db
