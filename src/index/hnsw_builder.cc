#include "index/hnsw_builder.h"

#include <algorithm>
#include <utility>

#include "base/coding.h"
#include "base/random.h"
#include "index/batch_inserter.h"
#include "index/equal_rows.h"
#include "index/held_out_recall.h"
#include "index/taken_graph.h"

namespace vecstore::index {
namespace {

constexpr std::uint32_t kMaxLevel = 30;

// A sixteenth, so that the graph of all is like the one without them; none of so few rows that they
// would tell little.
std::size_t held_out_of(std::size_t rows) {
  constexpr std::size_t kLeast = 128;
  return rows / 16 < kLeast ? 0 : std::min(rows / 16, kMaxHeldOut);
}

class Builder {
 public:
  Builder(const quant::ScalarCode& code, ByteView codes, const HnswOptions& options,
          const Pace& pace, std::span<const OldGraph> old)
      : codes_(codes), options_(options), old_(old), crew_(pace), graph_(code, codes, options) {}

  Result<BuiltHnsw> run(const std::function<bool(std::uint32_t)>& present) {
    const std::vector<std::uint32_t> first =
        first_equal_rows(codes_, graph_.code().stride(), present);
    const std::vector<LevelledRow> order =
        shuffled([&](std::uint32_t row) { return present(row) && first[row] == row; });
    if (order.empty()) return internal_error("a graph of no rows");
    const auto [others, held_out] = parted(order);
    VECSTORE_ASSIGN(const Bitmap taken, take_largest(others));
    const OldLinks links(old_, graph_.rows());
    BatchInserter inserter(graph_, options_, crew_, links, taken);
    VECSTORE_TRY(inserter.insert(without(taken, others)));
    BuiltHnsw built;
    if (!held_out.empty()) {
      VECSTORE_ASSIGN(built.recall,
                      held_out_recall(graph_, rows_of(others), rows_of(held_out), crew_));
      VECSTORE_TRY(inserter.insert(held_out));
    }
    built.entry = graph_.entry();
    put_upper(built.upper);
    hang_copies(first);
    const ByteView lists = graph_.lists(0).bytes();
    built.links.assign(lists.begin(), lists.end());
    return built;
  }

 private:
  template <typename Wanted>
  std::vector<LevelledRow> shuffled(const Wanted& wanted) const {
    Random random(options_.seed);
    std::vector<LevelledRow> order;
    order.reserve(graph_.rows());
    for (std::uint32_t row = 0; row < graph_.rows(); ++row)
      if (wanted(row)) order.push_back({row, 0});
    for (std::size_t i = order.size(); i > 1; --i)
      std::swap(order[i - 1], order[static_cast<std::size_t>(random.below(i))]);
    for (LevelledRow& row : order)  // a share 1/m of each level is on the next
      while (row.level < kMaxLevel && random.below(options_.m) == 0) ++row.level;
    return order;
  }

  using Rows = std::span<const LevelledRow>;
  static std::pair<Rows, Rows> parted(Rows order) {
    const std::size_t in = order.size() - held_out_of(order.size());
    return {order.first(in), order.subspan(in)};
  }

  // The old graph that has most of them, unless most of its own are gone: repairs take as long as
  // searches then.
  Result<Bitmap> take_largest(Rows rows) {
    Bitmap wanted(graph_.rows());
    for (const LevelledRow& row : rows) wanted.set(row.row);
    const OldGraph* largest = nullptr;
    std::size_t most = 0;
    for (const OldGraph& old : old_) {
      const auto has = static_cast<std::size_t>(std::count_if(
          old.rows.begin(), old.rows.end(),
          [&](std::uint32_t row) { return row != OldGraph::kGone && wanted.test(row); }));
      if (has <= most || 2 * has < old.rows.size()) continue;
      largest = &old;
      most = has;
    }
    if (largest == nullptr) return Bitmap(graph_.rows());
    return take_graph(*largest, wanted, graph_, crew_);
  }

  static std::vector<LevelledRow> without(const Bitmap& taken, Rows rows) {
    std::vector<LevelledRow> left;
    for (const LevelledRow& row : rows)
      if (!taken.test(row.row)) left.push_back(row);
    return left;
  }

  static std::vector<std::uint32_t> rows_of(Rows rows) {
    std::vector<std::uint32_t> numbers;
    numbers.reserve(rows.size());
    for (const LevelledRow& row : rows) numbers.push_back(row.row);
    return numbers;
  }

  // Copies of a row are no part of the graph, where their links to each other would leave no room
  // for others: they hang below it as a tree, its own list names the first.
  void hang_copies(const std::vector<std::uint32_t>& first) {
    NeighbourLists& base = graph_.lists(0);
    std::vector<std::vector<std::uint32_t>> copies(graph_.rows());
    for (std::uint32_t row = 0; row < graph_.rows(); ++row)
      if (first[row] != row) copies[first[row]].push_back(row);
    for (std::uint32_t row = 0; row < graph_.rows(); ++row) {
      if (copies[row].empty()) continue;
      if (base.at(row).size() == base.capacity()) base.pop(row);
      base.push(row, copies[row].front());
      for (std::size_t i = 1; i < copies[row].size(); ++i)
        base.push(copies[row][(i - 1) / base.capacity()], copies[row][i]);
    }
  }

  void put_upper(Bytes& out) const {
    std::vector<std::uint32_t> rows;
    for (std::uint32_t row = 0; row < graph_.rows(); ++row)
      if (graph_.level(row) > 0) rows.push_back(row);
    put_u32(out, static_cast<std::uint32_t>(rows.size()));
    for (const std::uint32_t row : rows) put_u32(out, row);
    std::uint32_t first = 0;
    for (const std::uint32_t row : rows) {
      put_u32(out, first);
      first += graph_.level(row);
    }
    put_u32(out, first);
    const NeighbourLists& upper = graph_.lists(1);
    const std::size_t list_bytes = (upper.capacity() + 1) * sizeof(std::uint32_t);
    for (const std::uint32_t row : rows)
      put_bytes(out, upper.bytes().subspan(graph_.list_of(row, 1) * list_bytes,
                                           graph_.level(row) * list_bytes));
  }

  const ByteView codes_;
  const HnswOptions options_;
  const std::span<const OldGraph> old_;
  const Crew crew_;
  GrowingGraph graph_;
};

}  // namespace

Result<BuiltHnsw> build_hnsw(const quant::ScalarCode& code, ByteView codes,
                             const std::function<bool(std::uint32_t)>& present,
                             const HnswOptions& options, const Pace& pace,
                             std::span<const OldGraph> old) {
  return Builder(code, codes, options, pace, old).run(present);
}

}  // namespace vecstore::index
