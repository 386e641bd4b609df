#include "index/hnsw_builder.h"

#include <algorithm>
#include <utility>

#include "base/coding.h"
#include "base/random.h"
#include "index/batch_inserter.h"
#include "index/equal_rows.h"
#include "index/held_out_recall.h"

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
          const Pace& pace)
      : codes_(codes),
        options_(options),
        crew_(pace),
        graph_(code, codes, options),
        inserter_(graph_, options, crew_) {}

  Result<BuiltHnsw> run(const std::function<bool(std::uint32_t)>& present) {
    const std::vector<std::uint32_t> first =
        first_equal_rows(codes_, graph_.code().stride(), present);
    const std::vector<LevelledRow> order =
        shuffled([&](std::uint32_t row) { return present(row) && first[row] == row; });
    if (order.empty()) return internal_error("a graph of no rows");
    const auto [others, held_out] = parted(order);
    VECSTORE_TRY(inserter_.insert(others));
    BuiltHnsw built;
    if (!held_out.empty()) {
      VECSTORE_ASSIGN(built.recall,
                      held_out_recall(graph_, rows_of(others), rows_of(held_out), crew_));
      VECSTORE_TRY(inserter_.insert(held_out));
    }
    built.entry = graph_.entry();
    put_upper(built.upper);
    hang_copies(first);
    const ByteView links = graph_.lists(0).bytes();
    built.links.assign(links.begin(), links.end());
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
  const Crew crew_;
  GrowingGraph graph_;
  BatchInserter inserter_;
};

}  // namespace

Result<BuiltHnsw> build_hnsw(const quant::ScalarCode& code, ByteView codes,
                             const std::function<bool(std::uint32_t)>& present,
                             const HnswOptions& options, const Pace& pace) {
  return Builder(code, codes, options, pace).run(present);
}

}  // namespace vecstore::index
