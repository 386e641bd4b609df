// The nearest neighbours by the definitions of the metrics alone, in double precision: what a
// search is measured against. Shares nothing with the engine but the scan.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "vecstore/collection.h"

namespace vecstore {

// vecstore/metric.h has the definitions.
double exact_distance(Metric metric, std::span<const float> a, std::span<const float> b);

struct Neighbour {
  double distance = 0;
  std::string id = {};
  bool operator<(const Neighbour& other) const {
    return distance != other.distance ? distance < other.distance : id < other.id;
  }
};

// Per query at most k, nearest first. Cost: one pass over the collection, every vector against
// every query.
Result<std::vector<std::vector<Neighbour>>> exact_neighbours(
    const Collection& collection, const std::vector<std::vector<float>>& queries, std::size_t k,
    const Filter& filter);

// The share of the first k true neighbours that `hits` has; a hit as near as the last of them
// counts.
double recall_of(const Hits& hits, std::span<const Neighbour> truth);

}  // namespace vecstore
