#include <gtest/gtest.h>

#include <string>

#include "query/filter/filter_tree.h"
#include "vecstore/filter.h"

namespace vecstore {
namespace {

void same(const Filter& built, const char* text) {
  const auto left = built.node();
  const auto right = Filter(text).node();
  ASSERT_TRUE(left.ok()) << left.status().message();
  ASSERT_TRUE(right.ok()) << right.status().message();
  EXPECT_EQ(**left, **right) << built.to_string() << " is not " << text;
}

TEST(FilterBuilder, every_method_makes_the_tree_of_its_text) {
  same(field("a") == 1, "a = 1");
  same(field("a") != "x", "a != 'x'");
  same(field("a") < 1.5, "a < 1.5");
  same(field("a") <= 1, "a <= 1");
  same(field("a") > 1, "a > 1");
  same(field("a") >= 1, "a >= 1");
  same(field("a") == true, "a = TRUE");
  same(field("a") == List{1, "x"}, "a = [1, 'x']");
  same(field("a").in({1, "x"}), "a IN (1, 'x')");
  same(field("a").in({}), "a IN ()");
  same(field("a").not_in({1, 2}), "a NOT IN (1, 2)");
  same(field("a").between(1, 2.5), "a BETWEEN 1 AND 2.5");
  same(field("a").contains("x"), "a CONTAINS 'x'");
  same(field("a").starts_with("x"), "a STARTSWITH 'x'");
  same(field("a").ends_with("x"), "a ENDSWITH 'x'");
  same(field("a").like("x%"), "a LIKE 'x%'");
  same(field("a").contains_any({"x", 1}), "a CONTAINS_ANY ('x', 1)");
  same(field("a").contains_all({}), "a CONTAINS_ALL ()");
  same(field("a").matches("^\\d+$"), "a MATCHES '^\\d+$'");
  same(field("a").any() != "x", "ANY(a) != 'x'");
  same(field("a.b").all().between(1, 5), "ALL(a.b) BETWEEN 1 AND 5");
  same(field("a").len() > 2, "LEN(a) > 2");
  same(field("a") >= timestamp("2024-05-01"), "a >= TIMESTAMP '2024-05-01'");
  same(field("$created_at") >= now("-1 week"), "$created_at >= now() - INTERVAL '7 days'");
  same(field("a").in({now(), "x"}), "a IN (now(), 'x')");
  same(field("a").is_null(), "a IS NULL");
  same(field("a").exists(), "EXISTS(a)");
  same(field("$.a[0].`odd key`") == 1, "a[0].`odd key` = 1");
  same(field("$created_at") >= "2024-05-01", "$created_at >= '2024-05-01'");
}

TEST(FilterBuilder, and_or_not_make_the_tree_of_their_text) {
  const Filter a = field("a") == 1, b = field("b") == 2, c = field("c") == 3;
  same(a && b && c, "a=1 AND b=2 AND c=3");
  same(a && (b && c), "a=1 AND b=2 AND c=3");
  same(a || (b || c), "a=1 OR b=2 OR c=3");
  same(a || (b && c), "a=1 OR b=2 AND c=3");
  same((a || b) && !c, "(a=1 OR b=2) AND NOT c=3");
  same(!!a, "NOT NOT a=1");
}

TEST(FilterBuilder, the_empty_filter_is_true) {
  const Filter a = field("a") == 1;
  same(Filter() && a, "a = 1");
  same(a && Filter(), "a = 1");
  same(Filter() || a, "TRUE");
  same(!Filter(), "FALSE");
}

TEST(FilterBuilder, text_and_code_join) {
  same(Filter("a = 1 OR b = 2") && field("c") == 3, "(a=1 OR b=2) AND c=3");
}

std::string problem(const Filter& filter) { return filter.node().status().message(); }

TEST(FilterBuilder, text_that_does_not_parse_keeps_its_error_through_joins) {
  const Filter wrong("x = 1) OR (y = 2");
  const std::string message = "filter column 6: expected AND, OR or the end after '1', found ')'";
  EXPECT_EQ(problem(wrong && field("z") == 3), message);
  EXPECT_EQ(problem(field("z") == 3 || wrong), message);
  EXPECT_EQ(problem(!(wrong && Filter())), message);
  EXPECT_FALSE((wrong && Filter()).empty());
}

TEST(FilterBuilder, a_path_that_does_not_parse_is_an_error_on_use_even_if_it_is_a_filter) {
  EXPECT_EQ(problem(field("a..b") == 1),
            "field 'a..b' column 3: expected a key after '.', found '.'");
  EXPECT_EQ(
      problem(field("a = 1 OR b") == 1),
      "field 'a = 1 OR b' column 3: expected '.', '[' or the end of the path after 'a', found '='");
  EXPECT_FALSE(Filter::parse((field("a = 1 OR b") == 1).to_string()).ok());
}

TEST(FilterBuilder, values_that_the_operator_does_not_take_are_errors_on_use) {
  EXPECT_EQ(problem(field("a") == nullptr), "field 'a': nothing equals NULL: use IS NULL");
  EXPECT_EQ(problem(field("a") == Object{}),
            "field 'a': an object is not a filter value: name its members by path");
  EXPECT_EQ(problem(field("$id") == 5), "field '$id': $id needs a string, found 5");
  EXPECT_EQ(problem(field("a").in({Value(List{1})})),
            "field 'a': IN needs single values, found [1]");
}

TEST(FilterBuilder, joining_stops_at_the_limits) {
  const Filter a = field("a") == 1;
  Filter many = a;
  for (int i = 1; i < 1000; ++i) many = many || a;
  EXPECT_TRUE(many.node().ok());
  EXPECT_EQ(problem(many || a), "a filter has more than 1000 clauses");

  Filter deep = a;
  for (int i = 1; i < 32; ++i) deep = !deep;
  EXPECT_TRUE(deep.node().ok());
  for (int i = 0; i < 100'000; ++i) deep = !deep;
  EXPECT_EQ(problem(deep), "a filter is more than 32 levels deep");
}

}  // namespace
}  // namespace vecstore
