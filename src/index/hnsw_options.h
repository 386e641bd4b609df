// How a graph is built.
#pragma once

#include <cstdint>

namespace vecstore::index {

struct HnswOptions {
  // Neighbours a row is linked to, twice as many on level 0: memory 8 m bytes a row, recall on hard
  // data. 2 to 128.
  std::uint32_t m = 16;
  // Rows kept while a row's neighbours are searched: build time against recall. m to 4,096.
  std::uint32_t ef_construction = 200;
  // Data, options and seed decide the graph, to the last byte.
  std::uint64_t seed = 42;
  bool operator==(const HnswOptions&) const = default;
};

}  // namespace vecstore::index
