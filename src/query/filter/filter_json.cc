// The JSON form of filters: {"year": {"$gte": 2020}, "$or": [{"lang": "en"}, {"a": 1}]}.
#include <string>
#include <string_view>
#include <utility>

#include "base/nearest.h"
#include "base/utf8.h"
#include "query/filter/filter_path.h"
#include "query/filter/filter_tree.h"

namespace vecstore {
namespace {

using query::join;
using query::negate;

struct Operator {
  std::string_view name;
  FilterOp op;
};

constexpr Operator kOperators[] = {
    {"$eq", FilterOp::kEqual},
    {"$ne", FilterOp::kNotEqual},
    {"$lt", FilterOp::kLess},
    {"$lte", FilterOp::kLessEqual},
    {"$gt", FilterOp::kGreater},
    {"$gte", FilterOp::kGreaterEqual},
    {"$in", FilterOp::kIn},
    {"$nin", FilterOp::kNotIn},
    {"$between", FilterOp::kBetween},
    {"$contains", FilterOp::kContains},
    {"$startswith", FilterOp::kStartsWith},
    {"$endswith", FilterOp::kEndsWith},
    {"$like", FilterOp::kLike},
    {"$contains_any", FilterOp::kContainsAny},
    {"$contains_all", FilterOp::kContainsAll},
    {"$matches", FilterOp::kMatches},
};
constexpr std::string_view kOperatorNames[] = {
    "$eq",         "$ne",       "$lt",           "$lte",          "$gt",      "$gte", "$in",
    "$nin",        "$not",      "$between",      "$contains",     "$like",    "$any", "$all",
    "$startswith", "$endswith", "$contains_any", "$contains_all", "$matches", "$len", "$exists"};
constexpr std::string_view kGroupNames[] = {"$and",  "$or",         "$not",       "$id",
                                            "$text", "$created_at", "$updated_at"};

Result<FilterNode> read_filter(const Value& json, std::size_t level);

Status unknown(const char* what, std::string_view name, std::span<const std::string_view> known) {
  const std::string_view near = nearest_name(name, known);
  return invalid_argument("unknown " + std::string(what) + " '" + shorten(name) + "'" +
                          (near.empty() ? "" : ", did you mean '" + std::string(near) + "'"));
}

Status needs(std::string_view name, const char* what, const Value& found) {
  return invalid_argument(std::string(name) + " needs " + what + ", found " +
                          shorten(found.to_json()));
}

// "$and" and "$or": a list of filters.
Result<FilterNode> read_group(FilterOp op, std::string_view name, const Value& json,
                              std::size_t level) {
  const List* list = json.as_list();
  if (!list || list->empty()) return needs(name, "a list of filters", json);
  std::vector<FilterNode> parts;
  for (const Value& item : *list) {
    VECSTORE_ASSIGN(FilterNode part, read_filter(item, level + 1));
    parts.push_back(std::move(part));
  }
  return join(op, std::move(parts));
}

// The leaf so far: what stands left of the operator.
Result<FilterNode> make_leaf(FilterNode left, FilterOp op, std::vector<Value> values) {
  left.op = op;
  for (Value& value : values) left.values.push_back(query::normal_literal(std::move(value)));
  VECSTORE_TRY(query::check_filter(left));
  return left;
}

Result<FilterNode> read_values(const FilterNode& left, FilterOp op, std::string_view name,
                               const Value& json) {
  if (!query::takes_list(op) && op != FilterOp::kBetween) return make_leaf(left, op, {json});
  const List* list = json.as_list();
  if (!list) return needs(name, "a list", json);
  return make_leaf(left, op, *list);
}

Result<FilterNode> read_field(const FilterNode& left, const Value& json, std::size_t level);

// "$any": {..}, "$all": {..}, "$len": {..} or a number.
Result<FilterNode> read_function(FilterNode left, FilterOf of, std::string_view name,
                                 const Value& json, std::size_t level) {
  if (left.of != FilterOf::kField)
    return invalid_argument(std::string(name) + " stands on a field alone");
  if (of != FilterOf::kLength && json.as_list())
    return needs(name, "an object of operators (a list goes with $contains_any and $contains_all)",
                 json);
  left.of = of;
  return read_field(left, json, level + 1);
}

Result<FilterNode> read_operators(const FilterNode& left, const Object& operators,
                                  std::size_t level);

// One operator of a field: "$gte": 2020.
Result<FilterNode> read_operator(const FilterNode& left, const Object::Member& member,
                                 std::size_t level) {
  const auto& [name, json] = member;
  if (name == "$exists") {
    const bool* wanted = json.as_bool();
    if (!wanted) return needs(name, "true or false", json);
    return make_leaf(left, *wanted ? FilterOp::kIsNotNull : FilterOp::kIsNull, {});
  }
  if (name == "$not") {
    if (!json.as_object()) return needs(name, "an object of operators", json);
    VECSTORE_ASSIGN(FilterNode node, read_operators(left, *json.as_object(), level + 1));
    return negate(std::move(node));
  }
  if (name == "$any") return read_function(left, FilterOf::kAny, name, json, level);
  if (name == "$all") return read_function(left, FilterOf::kAll, name, json, level);
  if (name == "$len") return read_function(left, FilterOf::kLength, name, json, level);
  for (const Operator& known : kOperators) {
    if (name == known.name) return read_values(left, known.op, name, json);
  }
  if (!name.starts_with('$')) {
    return invalid_argument("'" + shorten(name) + "' is no operator: members of an object are " +
                            "reached by path, as in \"a.b\"");
  }
  return unknown("operator", name, kOperatorNames);
}

Result<FilterNode> read_operators(const FilterNode& left, const Object& operators,
                                  std::size_t level) {
  if (operators.empty()) return invalid_argument("no operator, such as \"$eq\"");
  if (level > kMaxFilterDepth) {
    return invalid_argument("more than " + std::to_string(kMaxFilterDepth) + " levels");
  }
  std::vector<FilterNode> parts;
  for (const Object::Member& member : operators) {
    VECSTORE_ASSIGN(FilterNode part, read_operator(left, member, level));
    parts.push_back(std::move(part));
  }
  return join(FilterOp::kAnd, std::move(parts));
}

Result<FilterNode> read_field(const FilterNode& left, const Value& json, std::size_t level) {
  const Object* operators = json.as_object();
  if (operators && !query::is_time_literal(json)) return read_operators(left, *operators, level);
  return make_leaf(left, FilterOp::kEqual, {json});
}

Result<FilterNode> read_member(const Object::Member& member, std::size_t level) {
  const auto& [name, json] = member;
  if (name == "$and") return read_group(FilterOp::kAnd, name, json, level);
  if (name == "$or") return read_group(FilterOp::kOr, name, json, level);
  if (name == "$not") {
    VECSTORE_ASSIGN(FilterNode node, read_filter(json, level + 1));
    return negate(std::move(node));
  }
  if (name.starts_with('$') && !name.starts_with("$.") &&
      query::record_field(name) == query::RecordField::kNone) {
    return unknown("member", name, kGroupNames);
  }
  FilterNode left;
  VECSTORE_ASSIGN(left.path, query::parse_path(name));
  Result<FilterNode> node = read_field(left, json, level);
  if (node.ok()) return node;
  return node.status().with_context("field '" + shorten(name) + "'");
}

Result<FilterNode> read_filter(const Value& json, std::size_t level) {
  const Object* object = json.as_object();
  if (!object) return needs("a filter", "a JSON object", json);
  if (level > kMaxFilterDepth) {
    return invalid_argument("more than " + std::to_string(kMaxFilterDepth) + " levels");
  }
  std::vector<FilterNode> parts;
  for (const Object::Member& member : *object) {
    VECSTORE_ASSIGN(FilterNode part, read_member(member, level));
    parts.push_back(std::move(part));
  }
  return join(FilterOp::kAnd, std::move(parts));
}

}  // namespace

Result<Filter> Filter::from_json(const Value& json) {
  Result<FilterNode> node = read_filter(json, 1);
  if (!node.ok()) return node.status().with_context("filter");
  VECSTORE_TRY(query::check_size(*node).with_context("filter"));
  return Filter(*std::move(node));
}

}  // namespace vecstore
