#include "index/growing_graph.h"

#include <algorithm>

namespace vecstore::index {

GrowingGraph::GrowingGraph(const quant::ScalarCode& code, ByteView codes,
                           const HnswOptions& options)
    : code_(code),
      codes_(codes),
      base_(2 * options.m),
      upper_(options.m),
      upper_first_(codes.size() / code.stride(), kNone),
      levels_(codes.size() / code.stride(), 0) {
  base_.resize(levels_.size());
}

void GrowingGraph::add(std::uint32_t row, std::uint32_t level) {
  levels_[row] = static_cast<std::uint8_t>(level);
  if (level > 0) upper_first_[row] = static_cast<std::uint32_t>(upper_.size());
  for (std::uint32_t i = 0; i < level; ++i) {
    upper_.add();
    upper_rows_.push_back(row);
  }
}

Candidate GraphWalker::descend(const quant::CodeQuery& from, std::uint32_t level) {
  Candidate best{graph_.code().distance(from, graph_.code_of(graph_.entry())), graph_.entry()};
  for (std::uint32_t at = graph_.top(); at > level; --at) {
    for (bool nearer = true; nearer;) {
      nearer = false;
      const auto rows = graph_.lists(at).at(graph_.list_of(best.row, at));
      distances_.resize(std::max(distances_.size(), rows.size()));
      graph_.code().distances(from, graph_.codes(), rows, distances_.data());
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const Candidate found{distances_[i], rows[i]};
        nearer = nearer || found < best;
        best = std::min(best, found);
      }
    }
  }
  return best;
}

void GraphWalker::begin(const Candidate& start, std::size_t ef) {
  beam_.reset(ef);
  visited_.reset(graph_.rows());
  visited_.meet({&start.row, 1});
  beam_.insert(start);
}

void GraphWalker::search(const quant::CodeQuery& from, const Candidate& start, std::uint32_t level,
                         std::size_t ef) {
  begin(start, ef);
  go_on(from, level);
}

void GraphWalker::search(const quant::CodeQuery& from, std::span<const std::uint32_t> starts,
                         std::uint32_t level, std::size_t ef) {
  beam_.reset(ef);
  visited_.reset(graph_.rows());
  visited_.meet(starts);
  compare(from, 0, level);
  go_on(from, level);
}

// Two rows a step: more reads are under way, and few of the second's neighbours are read in vain.
void GraphWalker::go_on(const quant::CodeQuery& from, std::uint32_t level) {
  const NeighbourLists& lists = graph_.lists(level);
  for (Candidate nearest{}; beam_.next(nearest);) {
    const std::size_t met = visited_.mark();
    visited_.meet(lists.at(graph_.list_of(nearest.row, level)));
    if (beam_.next(nearest)) visited_.meet(lists.at(graph_.list_of(nearest.row, level)));
    if (beam_.peek(nearest)) lists.prefetch(graph_.list_of(nearest.row, level));
    compare(from, met, level);
  }
}

// Those met since the mark. The first are asked for at once; the kernel asks for the others.
void GraphWalker::compare(const quant::CodeQuery& from, std::size_t met, std::uint32_t level) {
  const std::span<const std::uint32_t> fresh = visited_.since(met);
  const std::size_t ahead = std::min(graph_.code().rows_ahead(), fresh.size());
  for (const std::uint32_t row : fresh.first(ahead)) graph_.code().prefetch(graph_.code_of(row));
  distances_.resize(std::max(distances_.size(), fresh.size()));
  graph_.code().distances(from, graph_.codes(), fresh, distances_.data());
  for (std::size_t i = 0; i < fresh.size(); ++i)
    if (beam_.wants(distances_[i])) {
      beam_.insert({distances_[i], fresh[i]});
      graph_.lists(level).prefetch(graph_.list_of(fresh[i], level));
    }
}

}  // namespace vecstore::index
