#include "query/filter/filter_tree.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace vecstore::query {
namespace {

FilterNode equals(const char* key, Value value) {
  return {FilterOp::kEqual, {key}, {std::move(value)}, {}};
}

std::string problem(const FilterNode& node) { return check_filter(node).message(); }

TEST(FilterTree, join_dissolves_parts_of_its_own_kind) {
  const FilterNode a = equals("a", 1);
  const FilterNode b = equals("b", 2);
  const FilterNode c = equals("c", 3);
  const FilterNode nested = join(FilterOp::kAnd, {join(FilterOp::kAnd, {a, b}), c});
  EXPECT_EQ(nested, (FilterNode{FilterOp::kAnd, {}, {}, {a, b, c}}));
  EXPECT_EQ(join(FilterOp::kOr, {a, nested}).children.size(), 2u);
}

TEST(FilterTree, join_leaves_out_true_or_lets_it_decide) {
  const FilterNode a = equals("a", 1);
  EXPECT_EQ(join(FilterOp::kAnd, {FilterNode{}, a}), a);
  EXPECT_EQ(join(FilterOp::kAnd, {FilterNode{}, FilterNode{}}), FilterNode{});
  EXPECT_EQ(join(FilterOp::kOr, {a, FilterNode{}}), FilterNode{});
  EXPECT_EQ(join(FilterOp::kOr, {a}), a);
}

TEST(FilterTree, a_leaf_takes_as_many_values_as_its_operator) {
  EXPECT_EQ(problem(equals("a", 1)), "");
  EXPECT_EQ(problem({FilterOp::kEqual, {"a"}, {}, {}}), "= takes 1 values, found 0");
  EXPECT_EQ(problem({FilterOp::kBetween, {"a"}, {1}, {}}), "BETWEEN takes 2 values, found 1");
  EXPECT_EQ(problem({FilterOp::kIsNull, {"a"}, {1}, {}}), "IS NULL takes 0 values, found 1");
  EXPECT_EQ(problem({FilterOp::kIn, {"a"}, {}, {}}), "");
}

TEST(FilterTree, null_is_refused_with_what_to_write) {
  EXPECT_EQ(problem(equals("a", nullptr)), "nothing equals NULL: use IS NULL");
  EXPECT_EQ(problem({FilterOp::kNotEqual, {"a"}, {nullptr}, {}}),
            "nothing equals NULL: use IS NOT NULL");
  EXPECT_EQ(problem({FilterOp::kIn, {"a"}, {1, nullptr}, {}}),
            "IN does not take NULL: use IS NULL or IS NOT NULL");
  EXPECT_EQ(problem(equals("a", List{1, nullptr})), "")
      << "null within a list is a value like others";
}

TEST(FilterTree, values_are_of_a_kind_the_operator_can_use) {
  EXPECT_EQ(problem({FilterOp::kLike, {"a"}, {5}, {}}), "LIKE needs a string, found 5");
  EXPECT_EQ(problem({FilterOp::kStartsWith, {"a"}, {Value(List{"x"})}, {}}),
            "STARTSWITH needs a string, found [\"x\"]");
  EXPECT_EQ(problem({FilterOp::kLess, {"a"}, {Value(List{1})}, {}}),
            "< needs single values, found [1]");
  EXPECT_EQ(problem({FilterOp::kContains, {"a"}, {Value(List{1})}, {}}),
            "CONTAINS needs single values, found [1]");
  EXPECT_EQ(problem(equals("a", Object{{"b", 1}})),
            "an object is not a filter value: name its members by path");
  EXPECT_EQ(problem(equals("a", List{Object{}})),
            "an object is not a filter value: name its members by path");
  EXPECT_EQ(problem(equals("a", std::numeric_limits<double>::quiet_NaN())),
            "a filter value is not a finite number");
  EXPECT_EQ(problem(equals("a", "\xff")), "a filter value is not valid UTF-8");
}

TEST(FilterTree, the_records_own_fields_take_their_own_types) {
  EXPECT_EQ(problem(equals("$id", 5)), "$id needs a string, found 5");
  EXPECT_EQ(problem(equals("$created_at", 5)), "");
  EXPECT_EQ(problem(equals("$created_at", "2024-05-01")), "");
  EXPECT_EQ(problem(equals("$created_at", "yesterday")),
            "$created_at needs milliseconds or an ISO 8601 time like 2024-05-01T10:00Z, found "
            "\"yesterday\"");
  EXPECT_EQ(problem({FilterOp::kLike, {"$updated_at"}, {"2024%"}, {}}),
            "$updated_at is a time: LIKE does not apply");
  EXPECT_EQ(problem({FilterOp::kIsNull, {"$id", "x"}, {}, {}}), "$id has no members");
}

TEST(FilterTree, patterns_have_a_limit) {
  EXPECT_EQ(problem({FilterOp::kLike, {"a"}, {std::string(1024, '%')}, {}}), "");
  EXPECT_EQ(problem({FilterOp::kLike, {"a"}, {std::string(1025, '%')}, {}}),
            "LIKE takes at most 1024 bytes, found 1025");
  EXPECT_EQ(problem({FilterOp::kContains, {"a"}, {std::string(1025, 'a')}, {}}),
            "CONTAINS takes at most 1024 bytes, found 1025");
  EXPECT_EQ(problem({FilterOp::kLike, {"a"}, {"50\\"}, {}}),
            "a LIKE pattern ends with a lone backslash: double it");
  EXPECT_EQ(problem({FilterOp::kLike, {"a"}, {"50\\\\"}, {}}), "");
}

TEST(FilterTree, paths_begin_with_a_key_and_end) {
  EXPECT_EQ(problem({FilterOp::kIsNull, {}, {}, {}}), "a filter has a condition without a field");
  EXPECT_EQ(problem({FilterOp::kIsNull, {std::size_t{0}}, {}, {}}),
            "a filter path begins with a position: metadata is an object");
  EXPECT_EQ(problem({FilterOp::kIsNull, {"\xc3"}, {}, {}}), "a filter path is not valid UTF-8");
  EXPECT_EQ(problem({FilterOp::kIsNull, Path(65, "a"), {}, {}}),
            "a filter path has 65 steps, the limit is 64");
  EXPECT_EQ(problem({FilterOp::kIsNull, Path(64, "a"), {}, {}}), "");
}

TEST(FilterTree, a_tree_made_by_hand_has_the_normal_form) {
  const FilterNode a = equals("a", 1);
  EXPECT_EQ(problem({FilterOp::kAnd, {}, {}, {a}}), "a filter has AND over 1 conditions");
  EXPECT_EQ(problem({FilterOp::kNot, {}, {}, {a, a}}), "a filter has NOT over 2 conditions");
  EXPECT_EQ(problem({FilterOp::kTrue, {}, {}, {a}}), "a filter has TRUE over 1 conditions");
  EXPECT_EQ(problem({FilterOp::kOr, {}, {}, {a, {}}}), "a filter has TRUE directly under OR");
  const FilterNode both{FilterOp::kAnd, {}, {}, {a, a}};
  EXPECT_EQ(problem({FilterOp::kAnd, {}, {}, {a, both}}), "a filter has AND directly under AND");
  EXPECT_EQ(problem({FilterOp::kAnd, {"x"}, {}, {a, a}}),
            "a filter has a path or values outside a condition");
  EXPECT_EQ(problem({FilterOp::kEqual, {"x"}, {1}, {a}}), "a filter condition has children");
  EXPECT_EQ(problem(negate(FilterNode{})), "");
}

TEST(FilterTree, clauses_and_levels_have_limits) {
  EXPECT_EQ(problem({FilterOp::kOr, {}, {}, std::vector<FilterNode>(1000, equals("a", 1))}), "");
  EXPECT_EQ(problem({FilterOp::kOr, {}, {}, std::vector<FilterNode>(1001, equals("a", 1))}),
            "a filter has more than 1000 clauses");
  FilterNode deep = equals("a", 1);
  for (int level = 1; level < 32; ++level) deep = negate(std::move(deep));
  EXPECT_EQ(problem(deep), "");
  EXPECT_EQ(problem(negate(deep)), "a filter is more than 32 levels deep");
}

TEST(FilterTree, nested_lists_have_a_limit) {
  Value list = List{};
  for (int depth = 1; depth < 64; ++depth) list = List{list};
  EXPECT_EQ(problem(equals("a", list)), "");
  EXPECT_EQ(problem(equals("a", List{list})), "a list in a filter is more than 64 deep");
}

}  // namespace
}  // namespace vecstore::query
