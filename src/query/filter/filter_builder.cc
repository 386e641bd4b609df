// Filters built in code: Field's comparisons, &&, || and !.
#include <string>
#include <utility>

#include "base/utf8.h"
#include "query/filter/filter_path.h"
#include "query/filter/filter_tree.h"

namespace vecstore {
namespace {

Result<FilterNode> make_leaf(FilterNode leaf, std::string_view path) {
  VECSTORE_ASSIGN(leaf.path, query::parse_path(path));
  for (Value& value : leaf.values) value = query::normal_literal(std::move(value));
  VECSTORE_TRY(query::check_filter(leaf).with_context("field '" + shorten(path) + "'"));
  return leaf;
}

Result<FilterNode> make_joined(FilterOp op, const Filter& a, const Filter& b) {
  VECSTORE_ASSIGN(const auto left, a.node());
  VECSTORE_ASSIGN(const auto right, b.node());
  FilterNode node = query::join(op, {*left, *right});
  VECSTORE_TRY(query::check_size(node));
  return node;
}

Result<FilterNode> make_negated(const Filter& filter) {
  VECSTORE_ASSIGN(const auto child, filter.node());
  FilterNode node = query::negate(*child);
  VECSTORE_TRY(query::check_size(node));
  return node;
}

}  // namespace

Filter Filter::checked(Result<FilterNode> node) {
  if (node.ok()) return Filter(*std::move(node));
  Filter failed;
  failed.error_ = node.status();
  return failed;
}

Filter Field::leaf(FilterOp op, std::vector<Value> values) const {
  return Filter::checked(make_leaf({op, {}, std::move(values), {}, of_}, path_));
}

Filter Field::operator==(Value value) const { return leaf(FilterOp::kEqual, {std::move(value)}); }
Filter Field::operator!=(Value value) const {
  return leaf(FilterOp::kNotEqual, {std::move(value)});
}
Filter Field::operator<(Value value) const { return leaf(FilterOp::kLess, {std::move(value)}); }
Filter Field::operator<=(Value value) const {
  return leaf(FilterOp::kLessEqual, {std::move(value)});
}
Filter Field::operator>(Value value) const { return leaf(FilterOp::kGreater, {std::move(value)}); }
Filter Field::operator>=(Value value) const {
  return leaf(FilterOp::kGreaterEqual, {std::move(value)});
}
Filter Field::in(List values) const { return leaf(FilterOp::kIn, std::move(values)); }
Filter Field::not_in(List values) const { return leaf(FilterOp::kNotIn, std::move(values)); }
Filter Field::between(Value low, Value high) const {
  return leaf(FilterOp::kBetween, {std::move(low), std::move(high)});
}
Filter Field::contains(Value value) const { return leaf(FilterOp::kContains, {std::move(value)}); }
Filter Field::contains_any(List values) const {
  return leaf(FilterOp::kContainsAny, std::move(values));
}
Filter Field::contains_all(List values) const {
  return leaf(FilterOp::kContainsAll, std::move(values));
}
Filter Field::starts_with(std::string text) const {
  return leaf(FilterOp::kStartsWith, {std::move(text)});
}
Filter Field::ends_with(std::string text) const {
  return leaf(FilterOp::kEndsWith, {std::move(text)});
}
Filter Field::like(std::string pattern) const {
  return leaf(FilterOp::kLike, {std::move(pattern)});
}
Filter Field::matches(std::string pattern) const {
  return leaf(FilterOp::kMatches, {std::move(pattern)});
}
Filter Field::is_null() const { return leaf(FilterOp::kIsNull, {}); }
Filter Field::exists() const { return leaf(FilterOp::kIsNotNull, {}); }

Filter operator&&(const Filter& a, const Filter& b) {
  return Filter::checked(make_joined(FilterOp::kAnd, a, b));
}
Filter operator||(const Filter& a, const Filter& b) {
  return Filter::checked(make_joined(FilterOp::kOr, a, b));
}
Filter operator!(const Filter& a) { return Filter::checked(make_negated(a)); }

}  // namespace vecstore
