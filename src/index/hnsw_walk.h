// One walk through a graph: from its entry downhill, then from row to row, nearest first. It can be
// ended early and taken up again.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "index/hnsw_graph.h"
#include "index/nearest_list.h"
#include "index/visited_rows.h"
#include "quant/scalar_code.h"
#include "vecstore/status.h"

namespace vecstore::index {

// A graph and its rows in order, code.stride() bytes each.
struct CodedGraph {
  const HnswGraph& graph;
  const quant::ScalarCode& code;
  const std::byte* codes = nullptr;
};

// What a walk works with: kept from one to the next, so that queries allocate nothing.
struct WalkMemory {
  NearestList beam;
  VisitedRows visited;
  std::vector<float> distances;  // of those that were met
  std::vector<Candidate> met;
};

// kDataLoss from any step when the graph names a row that does not exist. All that it is given
// outlives it.
class HnswWalk {
 public:
  static constexpr float kFar = std::numeric_limits<float>::infinity();
  static constexpr std::uint32_t kNoRow = 0xffffffff;
  // Beams so wide take two rows a step: more reads are under way, and few of the second's
  // neighbours are read in vain.
  static constexpr std::size_t kPairsFrom = 40;

  HnswWalk(const CodedGraph& on, const quant::CodeQuery& query, WalkMemory& memory)
      : on_(on), query_(query), memory_(memory) {}

  // Never meets the row, as if the graph did not have it; the entry alone cannot be spared. Before
  // begin().
  void go_around(std::uint32_t row) { around_ = row; }
  // To where the nearest rows are thought to be: the first row is met and kept.
  Status begin();
  // Keeps the nearest `ef` rows and looks into all of them, which means to meet their neighbours.
  // With more of them later it goes on as if it had been asked for so many at once, but for rows
  // farther than `within`, which are not looked into then.
  Status go_on(std::size_t ef, float within = kFar);

  // Meets the row's neighbours.
  Status meet_neighbours(std::uint32_t row);
  // Calls take(candidate) for those met since the mark.
  template <typename Take>
  void compare_since(std::size_t mark, const Take& take) {
    const std::span<const std::uint32_t> rows = memory_.visited.since(mark);
    const std::span<const float> distances = compare(rows, mark);
    for (std::size_t i = 0; i < rows.size(); ++i) take(Candidate{distances[i], rows[i]});
  }

  const NearestList& beam() const { return memory_.beam; }
  // All rows that it could keep are kept.
  bool has_all() const { return memory_.beam.size() == memory_.visited.mark(); }
  std::size_t mark() const { return memory_.visited.mark(); }
  std::uint64_t distances() const { return distances_; }

 private:
  const std::byte* row_at(std::uint32_t row) const {
    return on_.codes + std::size_t{row} * on_.code.stride();
  }
  void bridge(std::uint32_t row);
  Status no_such_row(std::uint32_t row) const;
  Result<Candidate> descend();

  // Their distances, which are kept from position `at` on. The first rows are asked for at once;
  // the kernel asks for the others.
  std::span<const float> compare(std::span<const std::uint32_t> rows, std::size_t at) {
    for (const std::uint32_t row : rows.first(std::min(ahead_, rows.size())))
      on_.code.prefetch(row_at(row));
    std::vector<float>& to = memory_.distances;
    if (to.size() < at + rows.size()) to.resize(2 * (at + rows.size()));
    on_.code.distances(query_, on_.codes, rows, to.data() + at);
    distances_ += rows.size();
    return {to.data() + at, rows.size()};
  }
  void widen(std::size_t ef);

  const CodedGraph on_;
  const quant::CodeQuery& query_;
  WalkMemory& memory_;
  const std::size_t ahead_ = on_.code.rows_ahead();
  std::uint32_t around_ = kNoRow;
  std::size_t first_ = 1;  // rows met at the beginning
  std::uint64_t distances_ = 0;
};

}  // namespace vecstore::index
