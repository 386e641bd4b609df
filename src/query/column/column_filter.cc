#include "query/column/column_filter.h"

#include <algorithm>
#include <bit>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "query/column/column_leaf.h"

namespace vecstore::query {
namespace {

using meta::Column;
using meta::Columns;
using meta::RowSet;

// A row costs about as much to look at as so many strings of a column.
constexpr std::uint64_t kStringsPerRow = 4;

// Everything that may still pass.
Bitmap possible(const ColumnAnswer& answer) {
  Bitmap rows = answer.passed;
  if (answer.open.size() > 0) rows |= answer.open;
  return rows;
}

void set_open(ColumnAnswer& answer, Bitmap open) {
  open.and_not(answer.passed);
  answer.open = open.none() ? Bitmap() : std::move(open);
}

void intersect(ColumnAnswer& a, const ColumnAnswer& b) {
  if (a.open.size() == 0 && b.open.size() == 0) {
    a.passed &= b.passed;
    return;
  }
  Bitmap both = possible(a);
  both &= possible(b);
  a.passed &= b.passed;
  set_open(a, std::move(both));
}

void unite(ColumnAnswer& a, const ColumnAnswer& b) {
  a.passed |= b.passed;
  if (a.open.size() == 0 && b.open.size() == 0) return;
  Bitmap open = a.open.size() > 0 ? std::move(a.open) : Bitmap(a.passed.size());
  if (b.open.size() > 0) open |= b.open;
  set_open(a, std::move(open));
}

class Evaluator {
 public:
  Evaluator(const Columns& columns, const StopSign& stop)
      : columns_(columns), stop_(stop), rows_(static_cast<std::size_t>(columns.rows())) {}

  // The rows for which the node is true or, if not `wanted`, false. `candidates`: how many rows are
  // of interest.
  Result<ColumnAnswer> node(const BoundNode& node, bool wanted, std::uint64_t candidates) const {
    switch (node.op) {
      case FilterOp::kTrue:
        return ColumnAnswer{Bitmap(rows_, wanted), {}};
      case FilterOp::kNot:
        return this->node(node.children[0], !wanted, candidates);
      case FilterOp::kAnd:
        return wanted ? all(node, wanted, candidates) : any(node, wanted, candidates);
      case FilterOp::kOr:
        return wanted ? any(node, wanted, candidates) : all(node, wanted, candidates);
      default:
        return leaf(node, wanted, candidates);
    }
  }

 private:
  Result<ColumnAnswer> all(const BoundNode& node, bool wanted, std::uint64_t candidates) const {
    std::vector<std::pair<std::uint64_t, const BoundNode*>> by_cost;
    for (const BoundNode& child : node.children) {
      VECSTORE_ASSIGN(const std::uint64_t strings, cost(child));
      by_cost.emplace_back(strings, &child);
    }
    std::stable_sort(by_cost.begin(), by_cost.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::optional<ColumnAnswer> result;
    for (const auto& [strings, child] : by_cost) {
      if (result && strings > 0)
        candidates = std::min<std::uint64_t>(candidates, possible(*result).count());
      VECSTORE_ASSIGN(ColumnAnswer next, this->node(*child, wanted, candidates));
      if (result) {
        intersect(*result, next);
      } else {
        result = std::move(next);
      }
      if (result->open.size() == 0 && result->passed.none()) break;
    }
    return result ? *std::move(result) : ColumnAnswer{Bitmap(rows_, true), {}};
  }

  Result<ColumnAnswer> any(const BoundNode& node, bool wanted, std::uint64_t candidates) const {
    std::optional<ColumnAnswer> result;
    for (const BoundNode& child : node.children) {
      VECSTORE_ASSIGN(ColumnAnswer next, this->node(child, wanted, candidates));
      if (result) {
        unite(*result, next);
      } else {
        result = std::move(next);
      }
    }
    return result ? *std::move(result) : ColumnAnswer{Bitmap(rows_), {}};
  }

  Result<std::uint64_t> cost(const BoundNode& node) const {
    if (node.is_leaf()) {
      const Column* column = find_columns(*node.path, columns_).column;
      return column ? scan_cost(node, *column) : 0;
    }
    std::uint64_t strings = 0;
    for (const BoundNode& child : node.children) {
      VECSTORE_ASSIGN(const std::uint64_t more, cost(child));
      strings += more;
    }
    return strings;
  }

  Result<ColumnAnswer> leaf(const BoundNode& leaf, bool wanted, std::uint64_t candidates) const {
    const PathColumns found = find_columns(*leaf.path, columns_);
    if (!found.known) return ColumnAnswer{Bitmap(rows_), Bitmap(rows_, true)};
    if (found.column) {
      VECSTORE_ASSIGN(const std::uint64_t strings, scan_cost(leaf, *found.column));
      if (strings > candidates * kStringsPerRow)
        return ColumnAnswer{Bitmap(rows_), Bitmap(rows_, true)};
    }
    const Truth truth = truth_of(wanted != is_opposite(leaf));
    ColumnAnswer answer{Bitmap(rows_), {}};
    for (const Column* above : found.above)
      VECSTORE_TRY(leave_open(*above, RowSet::kIrregular, answer));
    if (found.column && found.has_position) {
      VECSTORE_TRY(leave_open(*found.column, RowSet::kIrregular, answer));
      VECSTORE_TRY(leave_open(*found.column, RowSet::kLists, answer));
    } else if (found.column) {
      VECSTORE_TRY(add_values(leaf, *found.column, truth, answer));
    }
    if (truth_of_nothing(leaf) == truth) VECSTORE_TRY(add_nothing(found, answer));
    if (answer.open.size() > 0) answer.passed.and_not(answer.open);
    return answer;
  }

  Status leave_open(const Column& column, RowSet set, ColumnAnswer& answer) const {
    if (column.count(set) == 0) return {};
    if (answer.open.size() == 0) answer.open = Bitmap(rows_);
    return column.add_set(set, answer.open);
  }

  // Rows in which nothing stands where the path leads.
  Status add_nothing(const PathColumns& found, ColumnAnswer& answer) const {
    Bitmap something(rows_);
    if (found.column && !found.has_position) {
      VECSTORE_TRY(found.column->add_set(RowSet::kPresent, something));
      VECSTORE_TRY(found.column->add_set(RowSet::kIrregular, something));
    }
    answer.passed |= something.flip();
    return {};
  }

  Status add_values(const BoundNode& leaf, const Column& column, Truth truth,
                    ColumnAnswer& answer) const {
    if (is_null_test(leaf)) {
      if (truth == Truth::kFalse) return {};
      VECSTORE_TRY(column.add_set(RowSet::kIrregular, answer.passed));
      return column.add_set(RowSet::kPresent, answer.passed);
    }
    VECSTORE_TRY(leave_open(column, RowSet::kIrregular, answer));
    const bool has_lists = column.count(RowSet::kLists) > 0;
    if (has_lists && (asks_lists_apart(leaf) || leaf.of == FilterOf::kLength))
      return add_apart(leaf, column, truth, answer.passed);
    if (has_lists && leaves_lists_open(leaf))
      VECSTORE_TRY(leave_open(column, RowSet::kLists, answer));
    return add_picked(leaf, column, truth, answer.passed);
  }

  Status add_picked(const BoundNode& leaf, const Column& column, Truth truth,
                    Bitmap& passed) const {
    VECSTORE_ASSIGN(const Picked picked, pick(leaf, column, truth, stop_));
    if (!picked.others) return column.add_rows(picked.codes, passed);
    Bitmap others(rows_);
    Bitmap rows(rows_);
    VECSTORE_TRY(column.add_set(RowSet::kPresent, others));
    VECSTORE_TRY(column.add_rows(picked.codes, rows));
    passed |= others.and_not(rows);
    return {};
  }

  // Lists by what they have or how long they are, the rest as text.
  Status add_apart(const BoundNode& leaf, const Column& column, Truth truth, Bitmap& passed) const {
    Bitmap lists(rows_);
    VECSTORE_TRY(column.add_set(RowSet::kLists, lists));
    if (column.count(RowSet::kLists) < column.count(RowSet::kPresent)) {
      Bitmap single(rows_);
      VECSTORE_TRY(add_picked(leaf, column, truth, single));
      passed |= single.and_not(lists);
    }
    return leaf.of == FilterOf::kLength ? add_lengths(leaf, column, truth, passed)
                                        : add_having(leaf, column, truth, lists, passed);
  }

  Status add_lengths(const BoundNode& leaf, const Column& column, Truth truth,
                     Bitmap& passed) const {
    const auto passes = [&](std::uint32_t length) {
      return test_value(leaf, {.kind = Value::Kind::kInt, .integer = length}) == truth;
    };
    bool short_passes[64];
    for (std::uint32_t length = 0; length < 64; ++length) short_passes[length] = passes(length);
    const std::span<std::uint64_t> words = passed.words();
    return column.for_each_list([&](std::uint32_t row, std::uint32_t length) {
      const bool pass = length < 64 ? short_passes[length] : passes(length);
      words[row / 64] |= std::uint64_t{pass} << (row % 64);  // lengths come as they like
    });
  }

  Status add_having(const BoundNode& leaf, const Column& column, Truth truth, const Bitmap& lists,
                    Bitmap& passed) const {
    const bool every = leaf.op == FilterOp::kContainsAll;
    Bitmap found(rows_, every);
    for (const Literal& literal : leaf.literals) {
      VECSTORE_ASSIGN(const CodeSet codes, equal_codes(literal, column));
      if (!every) {
        VECSTORE_TRY(column.add_rows(codes, found));
        continue;
      }
      Bitmap has(rows_);
      VECSTORE_TRY(column.add_rows(codes, has));
      found &= has;
    }
    if (truth == Truth::kFalse) found.flip();
    passed |= found &= lists;
    return {};
  }

  const Columns& columns_;
  const StopSign& stop_;
  const std::size_t rows_;
};

}  // namespace

Result<ColumnAnswer> ask_columns(const BoundFilter& filter, const Columns& columns,
                                 const StopSign& stop) {
  return Evaluator(columns, stop).node(filter.root(), true, columns.rows());
}

Result<Bitmap> settle(const BoundFilter& filter, const ReadRow& read_row, ColumnAnswer answer) {
  const std::span<const std::uint64_t> open = answer.open.words();
  for (std::size_t w = 0; w < open.size(); ++w) {
    for (std::uint64_t bits = open[w]; bits != 0; bits &= bits - 1) {
      const auto row =
          static_cast<std::uint32_t>(w * 64) + static_cast<std::uint32_t>(std::countr_zero(bits));
      VECSTORE_ASSIGN(const FilterRow read, read_row(row));
      VECSTORE_ASSIGN(const Truth truth, evaluate(filter.root(), read));
      if (truth == Truth::kTrue) answer.passed.set(row);
    }
  }
  return std::move(answer.passed);
}

Result<Bitmap> evaluate(const BoundFilter& filter, const Columns& columns, const ReadRow& read_row,
                        const StopSign& stop) {
  VECSTORE_ASSIGN(ColumnAnswer answer, ask_columns(filter, columns, stop));
  return settle(filter, read_row, std::move(answer));
}

}  // namespace vecstore::query
