// A filter made ready for one query: now() is an instant, times are read, patterns are automata,
// the values of IN are in order. Evaluators (filter_eval.h, filter_columns.h) take this, not the
// tree.
#pragma once

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "meta/instant.h"
#include "meta/number.h"
#include "query/filter/filter_pattern.h"
#include "query/filter/filter_tree.h"
#include "vecstore/filter.h"
#include "vecstore/record.h"

namespace vecstore::query {

// Kinds in the order of this list; none equals one of another kind, and none has an order with it.
using Literal = std::variant<bool, meta::Number, std::string_view, meta::Instant, const List*>;

// A total order: kinds, then values. Lists are all equal to it.
std::strong_ordering order_literals(const Literal& a, const Literal& b);

struct BoundNode {
  // A leaf's is never kNotEqual, kNotIn or kIsNull: those are `negated` kEqual, kIn and kIsNotNull.
  FilterOp op = FilterOp::kTrue;
  bool negated = false;  // of one element under ANY and ALL, else of the whole condition
  FilterOf of = FilterOf::kField;
  RecordField field = RecordField::kNone;
  const Path* path = nullptr;
  std::vector<Literal> literals;  // ascending when op is kIn
  std::optional<Pattern> pattern;
  std::vector<BoundNode> children;

  bool is_leaf() const { return op < FilterOp::kAnd; }
};

class BoundFilter {
 public:
  // `node` comes from Filter::node() and outlives the result.
  static Result<BoundFilter> bind(const FilterNode& node, TimeMs now);

  const BoundNode& root() const { return root_; }
  bool is_true() const { return root_.op == FilterOp::kTrue; }
  // Whether some leaf asks for it.
  bool uses(RecordField field) const { return uses_[static_cast<std::size_t>(field)]; }

 private:
  Status bind_node(const FilterNode& node, TimeMs now, BoundNode& result);

  BoundNode root_;
  bool uses_[5] = {};
};

}  // namespace vecstore::query
