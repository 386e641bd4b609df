// Graphs that were built before over some of the rows: what a new one is made from when segments
// are merged.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "index/hnsw_graph.h"

namespace vecstore::index {

struct OldGraph {
  static constexpr std::uint32_t kGone = 0xffffffff;

  HnswGraph graph;
  // What each of its rows is now, each row of now at most once; kGone: it is none.
  std::span<const std::uint32_t> rows;
};

// What rows were linked to on level 0 of the graphs that they are from. Refers to the graphs.
class OldLinks {
 public:
  OldLinks(std::span<const OldGraph> graphs, std::uint32_t rows)
      : graphs_(graphs), from_(graphs.empty() ? 0 : rows) {
    for (std::uint32_t graph = 0; graph < graphs.size(); ++graph)
      for (std::uint32_t row = 0; row < graphs[graph].rows.size(); ++row)
        if (graphs[graph].rows[row] != OldGraph::kGone)
          from_[graphs[graph].rows[row]] = {graph, row};
  }

  // Adds them to `out`, by their numbers now. What is gone, or never was, is left out.
  void append(std::uint32_t row, std::vector<std::uint32_t>& out) const {
    if (from_.empty() || from_[row].graph == OldGraph::kGone) return;
    const OldGraph& old = graphs_[from_[row].graph];
    for (const std::uint32_t other : old.graph.neighbours(from_[row].row))
      if (other < old.rows.size() && old.rows[other] != OldGraph::kGone)
        out.push_back(old.rows[other]);
  }

 private:
  struct From {
    std::uint32_t graph = OldGraph::kGone;
    std::uint32_t row = 0;
  };

  std::span<const OldGraph> graphs_;
  std::vector<From> from_;
};

}  // namespace vecstore::index
