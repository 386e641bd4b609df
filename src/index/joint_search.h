// Walks through several graphs for the rows that are nearest among those of all.
//
// Each is walked by its share first, and then further as long as it may hold some of the nearest: a
// graph that has them all is walked as if there were no other.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "index/hnsw_index.h"
#include "vecstore/status.h"

namespace vecstore::index {

struct JointWalk {
  const HnswIndex* index = nullptr;
  const quant::CodeQuery* query = nullptr;
  std::size_t ef = 0;     // rows a walk would keep if the graph had all rows
  std::size_t least = 0;  // rows of this graph that are kept, and looked into, in any case
  std::uint32_t around = HnswWalk::kNoRow;  // see HnswWalk::go_around
};

// The rows to look into of a graph that has the share `share`, more than 0, of all rows, when `ef`
// are of all: as many as it has of the nearest `ef` if rows were dealt out at random, and four
// standard deviations.
std::size_t least_of_share(std::size_t ef, double share);

// The rows to keep of a graph of all rows, to find as many of them as `ef` do in a graph that has
// the share `share`.
double ef_of_all(std::size_t ef, double share);

struct JointFound {
  // Nearest first; distances of all graphs can be compared.
  std::vector<Candidate> rows;
  std::uint64_t distances = 0;
};

// One for each walk. kDataLoss when a graph names a row that does not exist. Safe from many
// threads; each keeps the memory it walked with.
Result<std::vector<JointFound>> search_jointly(std::span<const JointWalk> walks);

}  // namespace vecstore::index
