// For tests: clustered points, their codes and a graph over them.
#pragma once

#include <algorithm>
#include <vector>

#include "base/bitmap.h"
#include "base/coding.h"
#include "base/random.h"
#include "index/hnsw_builder.h"
#include "index/hnsw_search.h"

namespace vecstore::index {

struct TestGraph {
  std::uint32_t rows;
  std::size_t dimension;
  HnswOptions options;
  std::vector<std::vector<float>> centres;
  std::vector<std::vector<float>> points;
  quant::ScalarCode code;
  Bytes codes;
  BuiltHnsw built;

  TestGraph(
      std::uint32_t count, std::size_t size, const HnswOptions& wanted,
      const std::function<bool(std::uint32_t)>& present = [](std::uint32_t) { return true; },
      const Pace& pace = {.keep = [] { return Status(); }})
      : rows(count), dimension(size), options(wanted), code(std::vector<float>(size), 11) {
    Random random(3);
    for (int i = 0; i < 20; ++i) {
      centres.emplace_back();
      for (std::size_t d = 0; d < dimension; ++d)
        centres.back().push_back(2 * static_cast<float>(random.normal()));
    }
    codes.resize(rows * code.stride());
    for (std::uint32_t row = 0; row < rows; ++row) {
      points.push_back(random_point(random));
      code.encode(points.back(), &codes[row * code.stride()]);
    }
    built = build_hnsw(code, codes, present, options, pace).value();
  }

  std::vector<float> random_point(Random& random) const {
    std::vector<float> point = centres[random.below(centres.size())];
    for (float& x : point) x += static_cast<float>(random.normal());
    return point;
  }

  Result<HnswGraph> graph() const {
    return HnswGraph::open(rows, options.m, built.entry, built.links, built.upper);
  }

  Result<HnswFound> search(const std::vector<float>& query, const HnswSearch& search) const {
    const HnswGraph opened = graph().value();
    return search_hnsw({opened, code, codes.data()}, code.query(query), search);
  }

  // By exact distances.
  std::vector<std::uint32_t> nearest(const std::vector<float>& query, std::size_t k,
                                     const Bitmap* allowed) const {
    std::vector<Candidate> all;
    for (std::uint32_t row = 0; row < rows; ++row) {
      if (allowed != nullptr && !allowed->test(row)) continue;
      float sum = 0;
      for (std::size_t d = 0; d < dimension; ++d)
        sum += (points[row][d] - query[d]) * (points[row][d] - query[d]);
      all.push_back({sum, row});
    }
    std::sort(all.begin(), all.end());
    std::vector<std::uint32_t> found;
    for (std::size_t i = 0; i < std::min(k, all.size()); ++i) found.push_back(all[i].row);
    return found;
  }
};

}  // namespace vecstore::index
