// The graph of docs/format/index.md while it is built. Rows are `codes` apart by code.stride().
//
// Safe to walk from many threads while nobody changes a list that can be reached.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "index/nearest_list.h"
#include "index/neighbour_lists.h"
#include "index/visited_rows.h"
#include "quant/scalar_code.h"
#include "vecstore/options.h"

namespace vecstore::index {

class GrowingGraph {
 public:
  static constexpr std::uint32_t kNone = 0xffffffff;

  GrowingGraph(const quant::ScalarCode& code, ByteView codes, const HnswOptions& options);

  const quant::ScalarCode& code() const { return code_; }
  const std::byte* codes() const { return codes_.data(); }
  const std::byte* code_of(std::uint32_t row) const {
    return codes_.data() + std::size_t{row} * code_.stride();
  }
  quant::CodeQuery query_of(std::uint32_t row) const { return code_.query_of(code_of(row)); }

  std::uint32_t rows() const { return static_cast<std::uint32_t>(levels_.size()); }
  std::uint32_t entry() const { return entry_; }
  std::uint32_t top() const { return levels_[entry_]; }
  std::uint32_t level(std::uint32_t row) const { return levels_[row]; }

  // Gives the row empty lists up to the level; it can be reached once others are linked to it.
  void add(std::uint32_t row, std::uint32_t level);
  void enter_at(std::uint32_t row) { entry_ = row; }

  NeighbourLists& lists(std::uint32_t level) { return level == 0 ? base_ : upper_; }
  const NeighbourLists& lists(std::uint32_t level) const { return level == 0 ? base_ : upper_; }
  std::uint32_t list_of(std::uint32_t row, std::uint32_t level) const {
    return level == 0 ? row : upper_first_[row] + level - 1;
  }
  // Whose an upper list is.
  std::uint32_t upper_row(std::uint32_t list) const { return upper_rows_[list]; }

 private:
  const quant::ScalarCode& code_;
  const ByteView codes_;
  NeighbourLists base_;
  NeighbourLists upper_;  // of all levels above 0
  std::vector<std::uint32_t> upper_first_;
  std::vector<std::uint32_t> upper_rows_;
  std::vector<std::uint8_t> levels_;
  std::uint32_t entry_ = kNone;
};

// Finds rows in a growing graph. One thread at a time.
class GraphWalker {
 public:
  explicit GraphWalker(const GrowingGraph& graph) : graph_(graph) {}

  // From the entry to the nearest row that can be reached downhill, level by level, down to the
  // one above `level`: where a search of `level` starts.
  Candidate descend(const quant::CodeQuery& from, std::uint32_t level);

  // Fills the beam with the nearest `ef` rows of the level.
  void search(const quant::CodeQuery& from, const Candidate& start, std::uint32_t level,
              std::size_t ef);
  // The same from several rows, which are on the level.
  void search(const quant::CodeQuery& from, std::span<const std::uint32_t> starts,
              std::uint32_t level, std::size_t ef);
  const NearestList& beam() const { return beam_; }

  // The same one row at a time, with an end: `step(beam)` is asked before a row is looked into and
  // is false when enough is found.
  template <typename Step>
  void search_until(const quant::CodeQuery& from, const Candidate& start, std::size_t ef,
                    const Step& step) {
    begin(start, ef);
    for (Candidate nearest{}; beam_.peek(nearest) && step(beam_);) {
      beam_.next(nearest);
      const std::size_t met = visited_.mark();
      visited_.meet(graph_.lists(0).at(nearest.row));
      compare(from, met, 0);
    }
  }

 private:
  void begin(const Candidate& start, std::size_t ef);
  void compare(const quant::CodeQuery& from, std::size_t met, std::uint32_t level);
  void go_on(const quant::CodeQuery& from, std::uint32_t level);

  const GrowingGraph& graph_;
  NearestList beam_;
  VisitedRows visited_;
  std::vector<float> distances_;
};

}  // namespace vecstore::index
