#include "query/filter/test_naive_filter.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "base/test_share.h"
#include "query/filter/filter_parser.h"
#include "query/filter/filter_printer.h"
#include "query/filter/test_filter_samples.h"

namespace vecstore::query::naive {
namespace {

constexpr TimeMs kNow = 1'714'521'600'000;  // 2024-05-01

// The same language from the other end. A value is replaced by all the values it
// may stand for, an outcome by the set of outcomes that are possible when null could be anything.

constexpr int kMayFail = 1;
constexpr int kMayHold = 2;
constexpr int kMay = kMayFail | kMayHold;

int outcome(bool holds) { return holds ? kMayHold : kMayFail; }

int combine(int a, int b, bool (*op)(bool, bool)) {
  int result = 0;
  for (const bool x : {false, true}) {
    for (const bool y : {false, true}) {
      if ((a & outcome(x)) && (b & outcome(y))) result |= outcome(op(x, y));
    }
  }
  return result;
}

int any(int a, int b) {
  return combine(a, b, [](bool x, bool y) { return x || y; });
}
int all(int a, int b) {
  return combine(a, b, [](bool x, bool y) { return x && y; });
}
int invert(int a) { return ((a & kMayHold) ? kMayFail : 0) | ((a & kMayFail) ? kMayHold : 0); }

// A long double holds every int64 and every double.
static_assert(std::numeric_limits<long double>::digits >= 64);
long double number(const Value& v) {
  return v.as_int() ? static_cast<long double>(*v.as_int())
                    : static_cast<long double>(*v.as_double());
}

// Of a string, or a literal.
std::optional<meta::Instant> instant(const Value& v) {
  if (is_time_literal(v)) return instant_of(v, kNow);
  return v.as_string() ? meta::parse_instant(*v.as_string()) : std::nullopt;
}

// `b` is the literal.
bool same(const Value& a, const Value& b) {
  if (is_time_literal(b)) return instant(a) && *instant(a) == *instant(b);
  if (a.is_number() && b.is_number()) return number(a) == number(b);
  if (!a.as_list() || !b.as_list()) return a == b;
  bool equal = a.as_list()->size() == b.as_list()->size();
  for (std::size_t i = 0; equal && i < a.as_list()->size(); ++i)
    equal = same((*a.as_list())[i], (*b.as_list())[i]);
  return equal;
}

// a < b; null when they have no order.
Value before(const Value& a, const Value& b) {
  if (is_time_literal(a) || is_time_literal(b)) {
    const auto x = instant(a), y = instant(b);
    return x && y ? Value(*x < *y) : Value();
  }
  if (a.is_number() && b.is_number()) return number(a) < number(b);
  if (a.as_string() && b.as_string()) return *a.as_string() < *b.as_string();
  if (a.as_bool() && b.as_bool()) return !*a.as_bool() && *b.as_bool();
  return nullptr;
}

int outcome(const Value& v) { return v.as_bool() ? outcome(*v.as_bool()) : kMay; }

bool like(std::string_view text, std::string_view pattern) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '%')
    return like(text, pattern.substr(1)) || (!text.empty() && like(text.substr(1), pattern));
  if (text.empty()) return false;
  const std::size_t width =
      pattern[0] == '_' && (text[0] & 0x80) ? 2 : 1;  // the vocabulary has only é
  if (pattern[0] != '_' && pattern[0] != text[0]) return false;
  return like(text.substr(width), pattern.substr(1));
}

int text_outcome(FilterOp op, const Value& v, const Value& literal) {
  if (!v.as_string() || !literal.as_string()) return kMayFail;
  const std::string& text = *v.as_string();
  const std::string& part = *literal.as_string();
  const std::size_t at = text.rfind(part);
  if (op == FilterOp::kContains) return outcome(at != std::string::npos);
  if (op == FilterOp::kStartsWith) return outcome(text.compare(0, part.size(), part) == 0);
  if (op == FilterOp::kEndsWith)
    return outcome(at != std::string::npos && at + part.size() == text.size());
  if (op == FilterOp::kMatches) return outcome(Pattern::compile(part)->found_in(text));
  return outcome(like(text, part));
}

int scalar_outcome(FilterOp op, const Value& v, const std::vector<Value>& literals) {
  const auto less = [&](const Value& a, const Value& b) { return outcome(before(a, b)); };
  if (v.is_null()) return kMay;
  int found = kMayFail;
  switch (op) {
    case FilterOp::kEqual:
      return outcome(same(v, literals[0]));
    case FilterOp::kNotEqual:
      return outcome(!same(v, literals[0]));
    case FilterOp::kLess:
      return less(v, literals[0]);
    case FilterOp::kGreater:
      return less(literals[0], v);
    case FilterOp::kLessEqual:
      return invert(less(literals[0], v));
    case FilterOp::kGreaterEqual:
      return invert(less(v, literals[0]));
    case FilterOp::kBetween:
      return all(invert(less(v, literals[0])), invert(less(literals[1], v)));
    case FilterOp::kIn:
    case FilterOp::kNotIn:
      for (const Value& literal : literals) found = any(found, outcome(same(v, literal)));
      return op == FilterOp::kIn ? found : invert(found);
    case FilterOp::kIsNull:
      return kMayFail;
    case FilterOp::kIsNotNull:
      return kMayHold;
    case FilterOp::kContainsAny:
      for (const Value& literal : literals)
        found = any(found, text_outcome(FilterOp::kContains, v, literal));
      return found;
    case FilterOp::kContainsAll:
      found = kMayHold;
      for (const Value& literal : literals)
        found = all(found, text_outcome(FilterOp::kContains, v, literal));
      return found;
    default:
      return text_outcome(op, v, literals[0]);
  }
}

// Every value that the path may mean; a missing one is null.
std::vector<Value> reach(const Value& from, const Path& path, std::size_t step) {
  if (step == path.size()) return {from};
  if (const auto* position = std::get_if<std::size_t>(&path[step])) {
    const List* list = from.as_list();
    if (!list || *position >= list->size()) return {nullptr};
    return reach((*list)[*position], path, step + 1);
  }
  if (const Object* object = from.as_object()) {
    const Value* member = object->find(std::get<std::string>(path[step]));
    return member ? reach(*member, path, step + 1) : std::vector<Value>{nullptr};
  }
  if (!from.as_list() || from.as_list()->empty()) return {nullptr};
  std::vector<Value> all;
  for (const Value& element : *from.as_list()) {
    const auto below =
        element.as_object() ? reach(element, path, step) : std::vector<Value>{nullptr};
    all.insert(all.end(), below.begin(), below.end());
  }
  return all;
}

bool negative(FilterOp op) { return op == FilterOp::kNotEqual || op == FilterOp::kNotIn; }

// One element under ANY or ALL.
int element_outcome(const FilterNode& leaf, const Value& v) {
  if (v.is_null() && leaf.op == FilterOp::kIsNull) return kMayHold;
  if (v.is_null() && leaf.op == FilterOp::kIsNotNull) return kMayFail;
  return scalar_outcome(leaf.op, v, leaf.values);
}

int elements_outcome(const FilterNode& leaf, const std::vector<Value>& values) {
  const bool every = leaf.of == FilterOf::kAll;
  int result = every ? kMayHold : kMayFail;
  const auto join_in = [&](const Value& v) {
    const int next = element_outcome(leaf, v);
    result = every ? all(result, next) : any(result, next);
  };
  for (const Value& value : values) {
    if (!value.as_list()) join_in(value);
    if (!value.as_list()) continue;
    for (const Value& element : *value.as_list()) join_in(element);
  }
  return result;
}

Value length(const Value& v) {
  if (v.as_list()) return static_cast<std::int64_t>(v.as_list()->size());
  if (!v.as_string()) return nullptr;
  std::int64_t characters = 0;
  for (std::string_view rest = *v.as_string(); !rest.empty(); ++characters)
    rest.remove_prefix(decode_utf8(rest).size);
  return characters;
}

// What CONTAINS and its kind find in one list.
int list_contains_outcome(const FilterNode& leaf, const List& list) {
  const bool every = leaf.op == FilterOp::kContainsAll;
  int result = every ? kMayHold : kMayFail;
  for (const Value& literal : leaf.values) {
    int found = kMayFail;
    for (const Value& element : list)
      found = any(found, scalar_outcome(FilterOp::kEqual, element, {literal}));
    result = every ? all(result, found) : any(result, found);
  }
  return result;
}

bool is_contains(FilterOp op) {
  return op == FilterOp::kContains || op == FilterOp::kContainsAny || op == FilterOp::kContainsAll;
}

int leaf_outcome(const FilterNode& leaf, std::vector<Value> values) {
  if (leaf.of == FilterOf::kAny || leaf.of == FilterOf::kAll) return elements_outcome(leaf, values);
  for (Value& value : values) value = leaf.of == FilterOf::kLength ? length(value) : value;
  const bool null_test = leaf.op == FilterOp::kIsNull || leaf.op == FilterOp::kIsNotNull;
  const bool whole = !leaf.values.empty() && leaf.values[0].as_list() && !null_test &&
                     leaf.op != FilterOp::kIn && leaf.op != FilterOp::kNotIn;
  bool nothing = true;
  int result = negative(leaf.op) ? kMayHold : kMayFail;
  const auto join_in = [&](int next) {
    result = negative(leaf.op) ? all(result, next) : any(result, next);
  };
  for (const Value& value : values) {
    nothing = nothing && value.is_null();
    if (null_test) continue;
    if (!value.as_list() || whole) {
      join_in(scalar_outcome(leaf.op, value, leaf.values));
    } else if (is_contains(leaf.op)) {
      join_in(list_contains_outcome(leaf, *value.as_list()));
    } else {
      for (const Value& element : *value.as_list())
        join_in(scalar_outcome(leaf.op, element, leaf.values));
    }
  }
  return null_test ? outcome(nothing == (leaf.op == FilterOp::kIsNull)) : result;
}

using LeafOracle = std::vector<std::pair<FilterNode, int>>;

int oracle(const FilterNode& node, const Object& metadata, const std::string& id,
           const LeafOracle* known = nullptr) {
  if (node.op == FilterOp::kTrue) return kMayHold;
  if (node.op == FilterOp::kNot) return invert(oracle(node.children[0], metadata, id, known));
  if (node.op == FilterOp::kAnd || node.op == FilterOp::kOr) {
    int result = node.op == FilterOp::kAnd ? kMayHold : kMayFail;
    for (const FilterNode& child : node.children) {
      const int next = oracle(child, metadata, id, known);
      result = node.op == FilterOp::kAnd ? all(result, next) : any(result, next);
    }
    return result;
  }
  if (known) {
    for (const auto& [leaf, result] : *known) {
      if (leaf == node) return result;
    }
  }
  if (record_field(node.path) == RecordField::kId) return leaf_outcome(node, {id});
  if (record_field(node.path) == RecordField::kText) return leaf_outcome(node, {nullptr});
  return leaf_outcome(node, reach(metadata, node.path, 0));
}

int outcome(Truth truth) {
  return truth == Truth::kUnknown ? kMay : outcome(truth == Truth::kTrue);
}

TEST(NaiveFilter, agrees_with_the_oracle_on_every_small_filter_and_document) {
  std::vector<FilterNode> leaves;
  for (const char* text : {"a = 1", "b < 2", "c IS NULL", "d CONTAINS 'x'"})
    leaves.push_back(*parse_filter(text));
  const auto grow = [](const std::vector<FilterNode>& parts) {
    std::vector<FilterNode> grown = parts;
    for (const FilterNode& a : parts) {
      grown.push_back(negate(a));
      for (const FilterNode& b : parts) {
        grown.push_back(join(FilterOp::kAnd, {a, b}));
        grown.push_back(join(FilterOp::kOr, {a, b}));
      }
    }
    return grown;
  };
  const std::vector<FilterNode> trees = grow(grow(leaves));
  ASSERT_EQ(trees.size(), 40u + 40u + 2 * 1600u);

  // Per key: missing, null, a value that holds, one that does not, a list.
  const std::vector<std::vector<Value>> choices = {{nullptr, nullptr, 1, 2, List{2, 1.0}},
                                                   {nullptr, nullptr, 1.5, "s", List{3, nullptr}},
                                                   {nullptr, nullptr, 1, false, List{}},
                                                   {nullptr, nullptr, "axb", 7, List{"ax", "x"}}};
  const std::string keys[] = {"a", "b", "c", "d"};
  std::size_t counts[4] = {};
  for (std::size_t code = 0; code < 625; code += kShare) {
    Object document;
    for (std::size_t k = 0, rest = code; k < 4; ++k, rest /= 5) {
      if (rest % 5 != 0) document[keys[k]] = choices[k][rest % 5];
    }
    LeafOracle known;
    for (const FilterNode& leaf : leaves) known.emplace_back(leaf, oracle(leaf, document, "id"));
    for (const FilterNode& tree : trees) {
      const int wanted = oracle(tree, document, "id", &known);
      ++counts[wanted];
      if (outcome(evaluate(tree, {document, "id", {}, 0, 0, kNow})) != wanted) {
        FAIL() << print_filter(tree) << " on " << Value(document).to_json();
      }
    }
  }
  for (const int seen : {kMayFail, kMayHold, kMay}) EXPECT_GT(counts[seen], 100'000u / kShare);
}

TEST(NaiveFilter, agrees_with_the_oracle_on_random_filters_and_documents) {
  Random random(2024);
  std::size_t counts[4] = {};
  for (int round = 0; round < 100'000; ++round) {
    const FilterNode tree = samples::filter(random, 1 + static_cast<int>(random.below(4)), false);
    const Object document = samples::document(random);
    const int wanted = oracle(tree, document, "xy");
    ++counts[wanted];
    ASSERT_EQ(outcome(evaluate(tree, {document, "xy", {}, 0, 0, kNow})), wanted)
        << print_filter(tree) << " on " << Value(document).to_json();
  }
  for (const int seen : {kMayFail, kMayHold, kMay}) EXPECT_GT(counts[seen], 15'000u);
}

}  // namespace
}  // namespace vecstore::query::naive
