#include "query/column_estimate.h"

#include <algorithm>
#include <cmath>

#include "query/column_leaf.h"

namespace vecstore::query {
namespace {

using meta::Column;
using meta::Columns;
using meta::RowSet;

// More different strings than these are not tested one by one for an estimate.
constexpr std::uint64_t kMaxStringsToTest = 4096;
// Of the rows that nothing is known of, one in so many is taken to pass.
constexpr std::uint64_t kUnknownShare = 10;

RowEstimate exactly(std::uint64_t rows) { return {rows, rows, rows}; }
RowEstimate up_to(std::uint64_t rows) { return {0, rows / kUnknownShare, rows}; }

RowEstimate operator+(const RowEstimate& a, const RowEstimate& b) {
  return {a.least + b.least, a.likely + b.likely, a.most + b.most};
}

RowEstimate without(std::uint64_t rows, const RowEstimate& taken) {
  return {rows - std::min(rows, taken.most), rows - std::min(rows, taken.likely),
          rows - std::min(rows, taken.least)};
}

// Rows of the codes. A row has a value once, but it may have several of them.
Result<RowEstimate> rows_of(const CodeSet& codes, const Column& column, std::uint64_t rows) {
  std::uint64_t pairs = 0;
  std::uint64_t most_of_one = 0;
  for (const meta::Codes& range : codes) {
    VECSTORE_ASSIGN(const std::uint64_t more, column.pairs(range));
    pairs += more;
    if (range.size() == 1) most_of_one = std::max(most_of_one, more);
  }
  pairs = std::min(pairs, rows);
  if (column.count(RowSet::kLists) == 0) return exactly(pairs);
  return RowEstimate{std::min(most_of_one, rows), pairs, pairs};
}

class Estimator {
 public:
  explicit Estimator(const Columns& columns) : columns_(columns), rows_(columns.rows()) {}

  Result<RowEstimate> node(const BoundNode& node, bool wanted) const {
    switch (node.op) {
      case FilterOp::kTrue:
        return exactly(wanted ? rows_ : 0);
      case FilterOp::kNot:
        return this->node(node.children[0], !wanted);
      case FilterOp::kAnd:
      case FilterOp::kOr:
        return joined(node, wanted);
      default:
        return leaf(node, wanted);
    }
  }

 private:
  Result<RowEstimate> joined(const BoundNode& node, bool wanted) const {
    const bool all = (node.op == FilterOp::kAnd) == wanted;
    RowEstimate result = exactly(all ? rows_ : 0);
    for (const BoundNode& child : node.children) {
      VECSTORE_ASSIGN(const RowEstimate next, this->node(child, wanted));
      result = all ? both(result, next)
                   : without(rows_, both(without(rows_, result), without(rows_, next)));
    }
    return result;
  }

  RowEstimate both(const RowEstimate& a, const RowEstimate& b) const {
    const std::uint64_t most = std::min(a.most, b.most);
    const std::uint64_t together = a.least + b.least;
    const std::uint64_t least = together > rows_ ? together - rows_ : 0;
    const double share =
        rows_ == 0 ? 0 : static_cast<double>(a.likely) / static_cast<double>(rows_);
    const auto likely =
        static_cast<std::uint64_t>(std::llround(share * static_cast<double>(b.likely)));
    return {least, std::clamp(likely, least, most), most};
  }

  Result<RowEstimate> leaf(const BoundNode& leaf, bool wanted) const {
    const PathColumns found = find_columns(*leaf.path, columns_);
    if (!found.known) return up_to(rows_);
    const Truth truth = truth_of(wanted != is_opposite(leaf));
    std::uint64_t above = 0;
    for (const Column* column : found.above) above += column->count(RowSet::kIrregular);
    RowEstimate result;
    std::uint64_t something = 0;
    if (found.column && found.has_position) {
      result = up_to(found.column->count(RowSet::kIrregular) + found.column->count(RowSet::kLists));
    } else if (found.column) {
      something = found.column->count(RowSet::kPresent) + found.column->count(RowSet::kIrregular);
      VECSTORE_ASSIGN(result, values(leaf, *found.column, truth));
    }
    if (truth_of_nothing(leaf) == truth) {
      const std::uint64_t open = above + (found.has_position ? result.most : 0);
      result = result + without(rows_ - std::min(rows_, something), {0, 0, open});
    } else {
      result = result + up_to(above);
    }
    result.most = std::min(result.most, rows_);
    result.likely = std::min(result.likely, result.most);
    return result;
  }

  Result<RowEstimate> values(const BoundNode& leaf, const Column& column, Truth truth) const {
    const std::uint64_t present = column.count(RowSet::kPresent);
    const std::uint64_t irregular = column.count(RowSet::kIrregular);
    if (is_null_test(leaf)) return exactly(truth == Truth::kTrue ? present + irregular : 0);
    VECSTORE_ASSIGN(const std::uint64_t strings, scan_cost(leaf, column));
    const std::uint64_t lists = column.count(RowSet::kLists);
    if (lists == present && present > 0 && asks_lists_apart(leaf)) {
      VECSTORE_ASSIGN(RowEstimate having, lists_that_have(leaf, column));
      return (truth == Truth::kTrue ? having : without(lists, having)) + up_to(irregular);
    }
    const bool open = lists > 0 && (leaf.of == FilterOf::kLength || leaves_lists_open(leaf) ||
                                    asks_lists_apart(leaf));
    if (open || strings > kMaxStringsToTest) return up_to(present + irregular);
    VECSTORE_ASSIGN(const Picked picked, pick(leaf, column, truth));
    VECSTORE_ASSIGN(const RowEstimate rows, rows_of(picked.codes, column, present));
    return (picked.others ? without(present, rows) : rows) + up_to(irregular);
  }

  Result<RowEstimate> lists_that_have(const BoundNode& leaf, const Column& column) const {
    const std::uint64_t lists = column.count(RowSet::kLists);
    const bool every = leaf.op == FilterOp::kContainsAll;
    RowEstimate result = exactly(every ? lists : 0);
    for (const Literal& literal : leaf.literals) {
      VECSTORE_ASSIGN(const CodeSet codes, equal_codes(literal, column));
      VECSTORE_ASSIGN(const RowEstimate next, rows_of(codes, column, lists));
      if (leaf.literals.size() == 1) return next;
      result = every ? RowEstimate{0, std::min(result.likely, next.likely),
                                   std::min(result.most, next.most)}
                     : RowEstimate{std::max(result.least, next.least),
                                   std::min(lists, result.likely + next.likely),
                                   std::min(lists, result.most + next.most)};
    }
    return result;
  }

  const Columns& columns_;
  const std::uint64_t rows_;
};

}  // namespace

Result<RowEstimate> estimate(const BoundFilter& filter, const Columns& columns) {
  return Estimator(columns).node(filter.root(), true);
}

}  // namespace vecstore::query
