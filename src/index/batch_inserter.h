// Puts rows into a growing graph, a batch at a time and by many threads, such that their number
// changes nothing: every row of a batch looks for its neighbours in the graph as it was before, and
// then every row that was chosen takes the links back in a fixed order. Rows that were in a graph
// before start from what they were linked to there.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bitmap.h"
#include "index/crew.h"
#include "index/growing_graph.h"
#include "index/neighbour_choice.h"
#include "index/old_graph.h"
#include "vecstore/options.h"
#include "vecstore/status.h"

namespace vecstore::index {

// A row and the highest level it is on.
struct LevelledRow {
  std::uint32_t row = 0;
  std::uint32_t level = 0;
};

class BatchInserter {
 public:
  // `in` are the rows that are in the graph already; `old` tells what the others were linked to.
  BatchInserter(GrowingGraph& graph, const HnswOptions& options, const Crew& crew,
                const OldLinks& old, Bitmap in);

  // All of them, in batches that grow with the graph.
  Status insert(std::span<const LevelledRow> rows);

 private:
  struct Worker {
    GraphWalker walker;
    NeighbourChoice choice;
    std::vector<Candidate> found;
    std::vector<std::uint32_t> wanted;
  };
  struct Link {  // back to a row of the batch
    std::uint32_t list, row;
    bool operator<(const Link& other) const {
      return list != other.list ? list < other.list : row < other.row;
    }
  };

  std::size_t next_batch(std::span<const LevelledRow> rows) const;
  Status insert_batch(std::span<const LevelledRow> rows);
  void find_neighbours(Worker& worker, const LevelledRow& of);
  bool start_from_old_links(Worker& worker, const LevelledRow& of) const;
  void link(Worker& worker, std::uint32_t row, std::uint32_t level);
  Status link_back(std::span<const LevelledRow> rows, bool upper);
  void take_links(Worker& worker, std::span<const Link> links, bool upper);

  GrowingGraph& graph_;
  const HnswOptions& options_;
  const Crew& crew_;
  const OldLinks& old_;
  Bitmap in_;  // whole batches
  std::size_t count_;
  std::vector<Worker> workers_;
  std::vector<Link> links_;
  std::vector<std::size_t> first_links_;  // of each list that is given some, and the end
};

}  // namespace vecstore::index
