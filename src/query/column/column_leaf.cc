#include "query/column/column_leaf.h"

#include <span>
#include <utility>

namespace vecstore::query {
namespace {

bool by_element(const BoundNode& leaf) {
  return leaf.of == FilterOf::kAny || leaf.of == FilterOf::kAll;
}

}  // namespace

PathColumns find_columns(const Path& path, const meta::Columns& columns) {
  PathColumns found;
  const RecordField field = record_field(path);
  if (field == RecordField::kId || field == RecordField::kText) return found;
  std::vector<std::string> keys;
  for (const auto& step : path) {
    const std::string* key = std::get_if<std::string>(&step);
    found.has_position = !key;
    if (!key) break;
    keys.push_back(*key);
  }
  found.column = columns.find(keys);
  found.known = found.column || columns.complete();
  for (std::size_t length = 1; length < keys.size(); ++length) {
    const meta::Column* above = columns.find(std::span(keys).first(length));
    if (above) found.above.push_back(above);
  }
  return found;
}

bool is_opposite(const BoundNode& leaf) { return leaf.negated && !by_element(leaf); }

bool asks_lists_apart(const BoundNode& leaf) {
  return !by_element(leaf) &&
         (leaf.op == FilterOp::kContains || leaf.op == FilterOp::kContainsAny ||
          leaf.op == FilterOp::kContainsAll);
}

bool is_null_test(const BoundNode& leaf) {
  return leaf.op == FilterOp::kIsNotNull && leaf.of == FilterOf::kField;
}

bool leaves_lists_open(const BoundNode& leaf) {
  return leaf.of == FilterOf::kField && leaf.op == FilterOp::kEqual &&
         std::holds_alternative<const List*>(leaf.literals[0]);
}

Result<std::uint64_t> scan_cost(const BoundNode& leaf, const meta::Column& column) {
  const bool lists_alone =
      column.count(meta::RowSet::kLists) == column.count(meta::RowSet::kPresent);
  if (lists_alone && (asks_lists_apart(leaf) || leaf.of == FilterOf::kLength)) return 0;
  return strings_to_test(leaf, column);
}

Truth truth_of_nothing(const BoundNode& leaf) {
  if (leaf.op != FilterOp::kIsNotNull) return Truth::kUnknown;
  return truth_of(leaf.negated && by_element(leaf));
}

// A row of several values is what the truest of them is, with ALL the falsest.
Result<Picked> pick(const BoundNode& leaf, const meta::Column& column, Truth wanted,
                    const StopSign& stop) {
  VECSTORE_ASSIGN(CodeTruths truths, test_codes(leaf, column, stop));
  CodeSet& codes = wanted == Truth::kTrue ? truths.holds : truths.fails;
  const Truth decisive = leaf.of == FilterOf::kAll ? Truth::kFalse : Truth::kTrue;
  if (wanted == decisive) return Picked{std::move(codes), false};
  return Picked{complement(codes, column.all()), true};
}

}  // namespace vecstore::query
