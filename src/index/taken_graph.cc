#include "index/taken_graph.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "index/neighbour_choice.h"

namespace vecstore::index {
namespace {

constexpr std::size_t kRowsAtOnce = 64;
constexpr std::size_t kItemsBetween = 8;
constexpr std::uint32_t kMostLevels = 255;  // that a growing graph can hold

class Taker {
 public:
  Taker(const OldGraph& old, GrowingGraph& graph, const Crew& crew)
      : old_(old.graph), now_(old.rows), graph_(graph), crew_(crew) {
    for (std::size_t i = 0; i < crew.workers(); ++i)
      workers_.push_back({NeighbourChoice(graph), {}, {}});
  }

  Result<Bitmap> run(const Bitmap& wanted) {
    VECSTORE_TRY(check());
    linked_ = leading_to_entry();
    const Bitmap taken = add_rows(wanted);
    const std::size_t items = (old_.rows() + kRowsAtOnce - 1) / kRowsAtOnce;
    VECSTORE_TRY(crew_.for_each(items, kItemsBetween, [&](std::size_t worker, std::size_t item) {
      const std::size_t end = std::min<std::size_t>(old_.rows(), (item + 1) * kRowsAtOnce);
      for (std::size_t row = item * kRowsAtOnce; row < end; ++row)
        take_lists(workers_[worker], static_cast<std::uint32_t>(row));
    }));
    return taken;
  }

 private:
  struct Worker {
    NeighbourChoice choice;
    std::vector<std::uint32_t> kept;
    std::vector<std::uint32_t> behind;
  };

  std::span<const std::uint32_t> neighbours(std::uint32_t row, std::uint32_t level) const {
    return level == 0 ? old_.neighbours(row) : old_.neighbours_above(row, level);
  }

  Status check() const {
    for (std::uint32_t row = 0; row < old_.rows(); ++row) {
      const std::uint32_t levels = old_.level(row);
      if (levels > kMostLevels) return damage(row, levels);
      for (std::uint32_t level = 0; level <= levels; ++level)
        for (const std::uint32_t other : neighbours(row, level))
          if (other >= old_.rows() || (level > 0 && old_.level(other) < level))
            return damage(other, level);
    }
    return {};
  }
  Status damage(std::uint32_t row, std::uint32_t level) const {
    return data_loss("a graph of " + std::to_string(old_.rows()) + " rows names row " +
                     std::to_string(row) + " on level " + std::to_string(level));
  }

  // Copies of a row lead to other copies alone. A few passes: links lead either way.
  Bitmap leading_to_entry() const {
    Bitmap leading(old_.rows());
    leading.set(old_.entry());
    for (bool more = true; more;) {
      more = false;
      for (std::uint32_t row = 0; row < old_.rows(); ++row) {
        if (leading.test(row)) continue;
        const auto others = old_.neighbours(row);
        if (std::none_of(others.begin(), others.end(),
                         [&](std::uint32_t other) { return leading.test(other); }))
          continue;
        leading.set(row);
        more = true;
      }
    }
    return leading;
  }

  // Searches enter at the first of those on the highest level.
  Bitmap add_rows(const Bitmap& wanted) {
    Bitmap taken(graph_.rows());
    taken_ = linked_;
    for (std::uint32_t row = 0; row < old_.rows(); ++row) {
      if (!linked_.test(row)) continue;
      const std::uint32_t now = now_[row];
      if (now == OldGraph::kGone || !wanted.test(now)) {
        taken_.clear(row);
        continue;
      }
      taken.set(now);
      graph_.add(now, old_.level(row));
      if (graph_.entry() == GrowingGraph::kNone || graph_.level(now) > graph_.top())
        graph_.enter_at(now);
    }
    return taken;
  }

  void take_lists(Worker& worker, std::uint32_t row) {
    if (!taken_.test(row)) return;
    for (std::uint32_t level = 0; level <= old_.level(row); ++level) {
      NeighbourLists& lists = graph_.lists(level);
      const std::uint32_t list = graph_.list_of(now_[row], level);
      lists.set(list, links_of(worker, row, level));
    }
  }

  // Where none is gone, as they were.
  std::span<const std::uint32_t> links_of(Worker& worker, std::uint32_t row, std::uint32_t level) {
    worker.kept.clear();
    worker.behind.clear();
    std::size_t lost = 0;
    for (const std::uint32_t other : neighbours(row, level)) {
      if (taken_.test(other)) worker.kept.push_back(now_[other]);
      if (taken_.test(other) || !linked_.test(other)) continue;
      ++lost;
      for (const std::uint32_t next : neighbours(other, level))
        if (next != row && taken_.test(next)) worker.behind.push_back(now_[next]);
    }
    if (lost == 0 || worker.behind.empty()) return worker.kept;
    return worker.choice.choose_more(now_[row], worker.kept, worker.behind,
                                     worker.kept.size() + lost);
  }

  const HnswGraph& old_;
  const std::span<const std::uint32_t> now_;
  GrowingGraph& graph_;
  const Crew& crew_;
  std::vector<Worker> workers_;
  Bitmap linked_;  // of the old rows: all but copies
  Bitmap taken_;   // and those that are in the new graph
};

}  // namespace

Result<Bitmap> take_graph(const OldGraph& old, const Bitmap& wanted, GrowingGraph& graph,
                          const Crew& crew) {
  return Taker(old, graph, crew).run(wanted);
}

}  // namespace vecstore::index
