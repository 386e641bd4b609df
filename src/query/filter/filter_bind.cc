#include "query/filter/filter_bind.h"

#include <algorithm>
#include <utility>

#include "query/filter/filter_shift.h"

namespace vecstore::query {
namespace {

meta::Instant instant_of(const Object::Member& time, TimeMs now) {
  const std::string& text = *time.value.as_string();
  if (time.key == "$timestamp") return meta::parse_instant(text).value_or(meta::Instant{});
  const Result<Shift> shift = parse_shift(text);
  return {move_time(now, shift.ok() ? *shift : Shift{}), 0};
}

Literal literal_of(const Value& value, bool time, TimeMs now) {
  if (is_time_literal(value)) return instant_of(*value.as_object()->begin(), now);
  if (const bool* boolean = value.as_bool()) return *boolean;
  if (const std::int64_t* number = value.as_int())
    return time ? Literal(meta::Instant{*number, 0}) : Literal(meta::Number(*number));
  if (const double* number = value.as_double()) return meta::number_of(*number);
  if (const List* list = value.as_list()) return list;
  const std::string& text = *value.as_string();
  if (!time) return std::string_view(text);
  return meta::parse_instant(text).value_or(meta::Instant{});
}

// Without its negation.
FilterOp positive(FilterOp op) {
  if (op == FilterOp::kNotEqual) return FilterOp::kEqual;
  if (op == FilterOp::kNotIn) return FilterOp::kIn;
  return op == FilterOp::kIsNull ? FilterOp::kIsNotNull : op;
}

}  // namespace

std::strong_ordering order_literals(const Literal& a, const Literal& b) {
  if (a.index() != b.index()) return a.index() <=> b.index();
  if (const bool* boolean = std::get_if<bool>(&a)) return *boolean <=> std::get<bool>(b);
  if (const meta::Number* number = std::get_if<meta::Number>(&a))
    return meta::compare_numbers(*number, std::get<meta::Number>(b));
  if (const auto* text = std::get_if<std::string_view>(&a))
    return *text <=> std::get<std::string_view>(b);
  if (const auto* time = std::get_if<meta::Instant>(&a))
    return *time <=> std::get<meta::Instant>(b);
  return std::strong_ordering::equal;
}

// Into `result`: g++ 12 takes a node that is moved while its pattern is empty for uninitialised.
Status BoundFilter::bind_node(const FilterNode& node, TimeMs now, BoundNode& result) {
  result.op = positive(node.op);
  result.children.resize(node.children.size());
  for (std::size_t i = 0; i < node.children.size(); ++i)
    VECSTORE_TRY(bind_node(node.children[i], now, result.children[i]));
  if (!result.is_leaf()) return {};
  result.negated = result.op != node.op;
  result.of = node.of;
  result.field = record_field(node.path);
  result.path = &node.path;
  uses_[static_cast<std::size_t>(result.field)] = true;
  if (node.op == FilterOp::kMatches) {
    VECSTORE_ASSIGN(result.pattern, Pattern::compile(*node.values[0].as_string()));
  }
  for (const Value& value : node.values)
    result.literals.push_back(literal_of(value, is_time(result.field), now));
  if (result.op == FilterOp::kIn)
    std::sort(result.literals.begin(), result.literals.end(),
              [](const Literal& a, const Literal& b) { return order_literals(a, b) < 0; });
  return {};
}

Result<BoundFilter> BoundFilter::bind(const FilterNode& node, TimeMs now) {
  BoundFilter filter;
  VECSTORE_TRY(filter.bind_node(node, now, filter.root_));
  return filter;
}

}  // namespace vecstore::query
