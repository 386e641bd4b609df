#include "query/filter_eval.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "query/filter_parser.h"
#include "query/filter_printer.h"
#include "query/filter_samples.h"

namespace vecstore::query {
namespace {

Object json(const std::string& text) { return *Value::parse_json(text).value().as_object(); }

Truth truth(const std::string& filter, const FilterSubject& subject) {
  const Result<FilterNode> node = parse_filter(filter);
  EXPECT_TRUE(node.ok()) << node.status().message();
  return node.ok() ? evaluate(*node, subject) : Truth::kUnknown;
}

// T, F or U for each filter on one document.
std::string truths(const std::string& document, const std::vector<std::string>& filters) {
  const Object metadata = json(document);
  std::string result;
  for (const std::string& filter : filters)
    result += "FUT"[static_cast<int>(truth(filter, {metadata}))];
  return result;
}

TEST(FilterEval, a_missing_field_and_null_make_comparisons_unknown) {
  const std::vector<std::string> filters = {"a = 1",
                                            "a != 1",
                                            "a < 1",
                                            "a IN (1)",
                                            "a IN ()",
                                            "a NOT IN (1)",
                                            "a BETWEEN 1 AND 2",
                                            "a CONTAINS 'x'",
                                            "a LIKE '%'",
                                            "NOT a = 1",
                                            "a = [1]"};
  EXPECT_EQ(truths("{}", filters), "UUUUUUUUUUU");
  EXPECT_EQ(truths(R"({"a": null})", filters), "UUUUUUUUUUU");
}

TEST(FilterEval, is_null_is_true_for_missing_and_null_alone) {
  const std::vector<std::string> filters = {"a IS NULL", "a IS NOT NULL", "EXISTS(a)",
                                            "NOT EXISTS(a)"};
  EXPECT_EQ(truths("{}", filters), "TFFT");
  EXPECT_EQ(truths(R"({"a": null})", filters), "TFFT");
  EXPECT_EQ(truths(R"({"a": 0})", filters), "FTTF");
  EXPECT_EQ(truths(R"({"a": []})", filters), "FTTF");
  EXPECT_EQ(truths(R"({"a": {}})", filters), "FTTF");
}

TEST(FilterEval, unknown_follows_the_three_valued_tables) {
  const std::string document = R"({"t": 1, "f": 0})";
  EXPECT_EQ(truths(document, {"t=1 AND u=1", "f=1 AND u=1", "u=1 AND u=2", "u=1 AND t=1"}), "UFUU");
  EXPECT_EQ(truths(document, {"t=1 OR u=1", "f=1 OR u=1", "u=1 OR u=2", "u=1 OR t=1"}), "TUUT");
  EXPECT_EQ(truths(document, {"NOT u=1", "NOT t=1", "NOT f=1", "TRUE", "FALSE"}), "UFTTF");
}

TEST(FilterEval, only_true_passes) {
  const Object empty;
  EXPECT_TRUE(passes(*parse_filter("a IS NULL"), {empty}));
  EXPECT_FALSE(passes(*parse_filter("a != 1"), {empty}));
  EXPECT_FALSE(passes(*parse_filter("NOT a = 1"), {empty}));
}

TEST(FilterEval, integers_and_doubles_compare_exactly) {
  EXPECT_EQ(truths(R"({"a": 9007199254740993})",
                   {"a = 9007199254740992.0", "a > 9007199254740992.0", "a = 9007199254740993"}),
            "FTT");
  EXPECT_EQ(truths(R"({"a": 9007199254740992.0})",
                   {"a = 9007199254740993", "a < 9007199254740993", "a = 9007199254740992"}),
            "FTT");
  EXPECT_EQ(truths(R"({"a": 9223372036854775807})",
                   {"a = 9223372036854775807.0", "a < 9223372036854775808.0"}),
            "FT");
  EXPECT_EQ(truths(R"({"a": 1})", {"a = 1.0", "a IN (1.0)", "a BETWEEN 0.5 AND 1.0", "a < 1.5"}),
            "TTTT");
  EXPECT_EQ(truths(R"({"a": 0.0})", {"a = -0.0", "a = 0"}), "TT");
}

TEST(FilterEval, types_never_coerce) {
  const std::vector<std::string> filters = {"a = '1'",        "a != '1'",   "a < '2'",   "a = TRUE",
                                            "a CONTAINS '1'", "a LIKE '1'", "a IN ('1')"};
  EXPECT_EQ(truths(R"({"a": 1})", filters), "FTUFFFF");
  EXPECT_EQ(truths(R"({"a": true})", {"a = 1", "a = 'true'", "a > 0", "a = TRUE", "a > FALSE"}),
            "FFUTT");
  EXPECT_EQ(truths(R"({"a": {"b": 1}})", {"a = 1", "a != 1", "a < 1", "a CONTAINS 'b'", "a = [1]"}),
            "FTUFF");
  EXPECT_EQ(truths(R"({"a": "2024-05-01"})", {"a = 1714521600000", "a < '2024-06'"}), "FT")
      << "metadata strings are no times";
}

TEST(FilterEval, strings_compare_by_bytes) {
  EXPECT_EQ(truths(R"({"a": "b"})", {"a < 'c'", "a > 'B'", "a < 'ba'", "a = 'B'", "a < 'é'"}),
            "TTTFT");
  EXPECT_EQ(truths(R"({"a": "naïve café"})", {"a CONTAINS 'ïve'", "a STARTSWITH 'naï'",
                                              "a ENDSWITH 'fé'", "a LIKE 'na_ve%'"}),
            "TTTT");
  EXPECT_EQ(truths(R"({"a": "x"})",
                   {"a CONTAINS ''", "a STARTSWITH 'xx'", "a ENDSWITH 'xx'", "a CONTAINS 5"}),
            "TFFF");
}

TEST(FilterEval, a_field_on_an_array_matches_when_any_element_does) {
  const std::string document = R"({"a": [1, 5, "xy"]})";
  EXPECT_EQ(truths(document,
                   {"a = 5", "a = 2", "a > 4", "a IN (7, 5)", "a LIKE 'x_'", "a STARTSWITH 'x'"}),
            "TFTTTT");
  EXPECT_EQ(truths(document, {"a BETWEEN 2 AND 4", "a BETWEEN 5 AND 9"}), "UT")
      << "one element must lie between; 'xy' has no order";
  EXPECT_EQ(truths(R"({"a": [1, 9]})", {"a BETWEEN 2 AND 8", "NOT a > 10"}), "FT");
  EXPECT_EQ(truths(R"({"a": []})", {"a = 1", "a != 1", "a < 1"}), "FTF");
  EXPECT_EQ(truths(R"({"a": [null, 1]})", {"a = 1", "a = 2", "a != 2"}), "TUU");
  EXPECT_EQ(truths(R"({"a": [[1]]})", {"a = 1", "a[0] = 1"}), "FT") << "one level only";
}

TEST(FilterEval, not_equal_and_not_in_are_the_negations_on_arrays_too) {
  EXPECT_EQ(
      truths(R"({"a": ["x", "y"]})", {"a != 'x'", "a != 'z'", "a NOT IN ('x')", "a NOT IN ('z')"}),
      "FTFT");
}

TEST(FilterEval, contains_asks_a_list_for_an_element_and_a_string_for_a_part) {
  EXPECT_EQ(truths(R"({"a": ["xy", 2]})",
                   {"a CONTAINS 'xy'", "a CONTAINS 'x'", "a CONTAINS 2.0", "a CONTAINS 3"}),
            "TFTF");
  EXPECT_EQ(truths(R"({"a": "xy"})", {"a CONTAINS 'xy'", "a CONTAINS 'x'"}), "TT");
}

TEST(FilterEval, a_list_literal_is_compared_whole) {
  EXPECT_EQ(
      truths(R"({"a": ["x", 1]})", {"a = ['x', 1.0]", "a = ['x']", "a != ['x']", "a = [1, 'x']"}),
      "TFTF");
  EXPECT_EQ(truths(R"({"a": [null]})", {"a = [NULL]", "a = []"}), "TF");
  EXPECT_EQ(truths(R"({"a": "x"})", {"a = ['x']", "a != ['x']"}), "FT");
}

TEST(FilterEval, paths_reach_into_objects_and_lists) {
  const std::string document = R"({"a": {"b": [{"c": 1}, {"c": 2}], "odd key": 3}})";
  EXPECT_EQ(truths(document, {"a.b[0].c = 1", "$.a.b[1].c = 1", "a.`odd key` = 3",
                              "a.b[2].c IS NULL", "a[0] IS NULL", "a.b.x IS NULL"}),
            "TFTTTT");
}

TEST(FilterEval, a_key_asked_of_a_list_is_asked_of_its_elements) {
  const std::string document = R"({"items": [{"price": 5}, {"price": [7, 8]}, {"name": "x"}, 3]})";
  EXPECT_EQ(truths(document, {"items.price = 5", "items.price = 8", "items.price = 9",
                              "items.name = 'x'", "items.none IS NULL"}),
            "TTUTT");
  EXPECT_EQ(truths(R"({"items": []})", {"items.price = 5", "items.price IS NULL", "items IS NULL"}),
            "UTF");
  EXPECT_EQ(truths(R"({"items": [{"tags": ["a", "b"]}]})",
                   {"items.tags CONTAINS 'b'", "items.tags = ['a', 'b']"}),
            "TT");
}

TEST(FilterEval, the_records_own_fields_are_not_metadata) {
  const Object metadata = json(R"({"id": "meta", "$id": "meta"})");
  const FilterSubject subject{metadata, "record", "some text", 1000, 2000};
  EXPECT_EQ(truth("$id = 'record'", subject), Truth::kTrue);
  EXPECT_EQ(truth("$id IN ('x', 'record')", subject), Truth::kTrue);
  EXPECT_EQ(truth("$id STARTSWITH 'rec'", subject), Truth::kTrue);
  EXPECT_EQ(truth("id = 'meta'", subject), Truth::kTrue);
  EXPECT_EQ(truth("$text CONTAINS 'me te'", subject), Truth::kTrue);
  EXPECT_EQ(truth("$text LIKE 'some%'", subject), Truth::kTrue);
  EXPECT_EQ(truth("$text IS NULL", {metadata}), Truth::kTrue);
  EXPECT_EQ(truth("$text = 'x'", {metadata}), Truth::kUnknown);
  EXPECT_EQ(truth("$id IS NOT NULL AND $created_at IS NOT NULL", subject), Truth::kTrue);
}

TEST(FilterEval, times_compare_as_instants) {
  const Object none;
  const FilterSubject subject{none, "a", {}, 1'714'557'600'000, 1'714'557'600'123};
  for (const char* filter :
       {"$created_at = 1714557600000", "$created_at = '2024-05-01T10:00:00Z'",
        "$created_at = '2024-05-01T12:00+02:00'", "$created_at > '2024-05-01'",
        "$created_at < '2024-05-02'", "$created_at BETWEEN '2024-05-01' AND 1714557600000",
        "$created_at IN (5, '2024-05-01 10:00')", "$created_at != '2024-05-01'",
        "$updated_at > '2024-05-01T10:00:00.122999999Z'",
        "$updated_at < '2024-05-01T10:00:00.123000001Z'",
        "$updated_at != '2024-05-01T10:00:00.123000001Z'"}) {
    EXPECT_EQ(truth(filter, subject), Truth::kTrue) << filter;
  }
}

// --- The oracle: the same language from the other end. A value is replaced by all the values it
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

bool same(const Value& a, const Value& b) {
  if (a.is_number() && b.is_number()) return number(a) == number(b);
  if (!a.as_list() || !b.as_list()) return a == b;
  bool equal = a.as_list()->size() == b.as_list()->size();
  for (std::size_t i = 0; equal && i < a.as_list()->size(); ++i)
    equal = same((*a.as_list())[i], (*b.as_list())[i]);
  return equal;
}

// a < b; null when they have no order.
Value before(const Value& a, const Value& b) {
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

int leaf_outcome(const FilterNode& leaf, const std::vector<Value>& values) {
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
      continue;
    }
    const FilterOp each = leaf.op == FilterOp::kContains ? FilterOp::kEqual : leaf.op;
    for (const Value& element : *value.as_list())
      join_in(scalar_outcome(each, element, leaf.values));
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

TEST(FilterEval, agrees_with_the_oracle_on_every_small_filter_and_document) {
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
  for (std::size_t code = 0; code < 625; ++code) {
    Object document;
    for (std::size_t k = 0, rest = code; k < 4; ++k, rest /= 5) {
      if (rest % 5 != 0) document[keys[k]] = choices[k][rest % 5];
    }
    LeafOracle known;
    for (const FilterNode& leaf : leaves) known.emplace_back(leaf, oracle(leaf, document, "id"));
    for (const FilterNode& tree : trees) {
      const int wanted = oracle(tree, document, "id", &known);
      ++counts[wanted];
      if (outcome(evaluate(tree, {document, "id"})) != wanted) {
        FAIL() << print_filter(tree) << " on " << Value(document).to_json();
      }
    }
  }
  for (const int seen : {kMayFail, kMayHold, kMay}) EXPECT_GT(counts[seen], 100'000u);
}

TEST(FilterEval, agrees_with_the_oracle_on_random_filters_and_documents) {
  Random random(2024);
  std::size_t counts[4] = {};
  for (int round = 0; round < 100'000; ++round) {
    const FilterNode tree = samples::filter(random, 1 + static_cast<int>(random.below(4)), false);
    const Object document = samples::document(random);
    const int wanted = oracle(tree, document, "xy");
    ++counts[wanted];
    ASSERT_EQ(outcome(evaluate(tree, {document, "xy"})), wanted)
        << print_filter(tree) << " on " << Value(document).to_json();
  }
  for (const int seen : {kMayFail, kMayHold, kMay}) EXPECT_GT(counts[seen], 15'000u);
}

}  // namespace
}  // namespace vecstore::query
