#include "query/filter/filter_literal.h"

#include <gtest/gtest.h>

#include "query/filter/filter_parser.h"
#include "query/filter/filter_tree.h"
#include "vecstore/filter.h"

namespace vecstore::query {
namespace {

// The one value of "a = <text>".
Value read(const std::string& text, const Object& parameters = {}) {
  const Result<FilterNode> node = parse_filter("a = " + text, parameters);
  EXPECT_TRUE(node.ok()) << text << ": " << node.status().message();
  return node.ok() ? node->values[0] : Value();
}

std::string problem(const std::string& filter, const Object& parameters = {}) {
  return parse_filter(filter, parameters).status().message();
}

TEST(FilterLiteral, reads_numbers_strings_booleans_and_lists) {
  EXPECT_EQ(read("1"), Value(1));
  EXPECT_EQ(read("-1.5e3"), Value(-1500.0));
  EXPECT_EQ(read("'it''s'"), Value("it's"));
  EXPECT_EQ(read("TRUE"), Value(true));
  EXPECT_EQ(read("[1, ['x', NULL], FALSE]"), Value(List{1, List{"x", nullptr}, false}));
}

TEST(FilterLiteral, reads_times) {
  EXPECT_EQ(read("TIMESTAMP '2024-05-01T10:00Z'"), timestamp("2024-05-01T10:00Z"));
  EXPECT_EQ(read("now()"), now());
  EXPECT_EQ(read("NOW ( )"), now(""));
  EXPECT_EQ(read("now() - INTERVAL '7 days'"), now("-7 days"));
  EXPECT_EQ(read("now()-interval '1 Week'"), now("-7 days"));
  EXPECT_EQ(read("now() + interval '90 minutes'"), now("+1 hour 30 minutes"));
  EXPECT_EQ(read("now() - interval '0 days'"), now());
}

TEST(FilterLiteral, refuses_times_that_cannot_be_read_at_their_column) {
  EXPECT_EQ(problem("a = TIMESTAMP '2024-13-01'"),
            "filter column 15: '2024-13-01' is no ISO 8601 time like 2024-05-01T10:00Z");
  EXPECT_EQ(problem("a = TIMESTAMP 5"),
            "filter column 15: expected a time in quotes after 'TIMESTAMP', found '5'");
  EXPECT_EQ(problem("a = now"),
            "filter column 5: expected a value after '=', found 'now': text needs quotes");
  EXPECT_EQ(problem("a = today()"),
            "filter column 5: expected a value after '=', found 'today', the only function here is "
            "now()");
  EXPECT_EQ(problem("a = now(1)"), "filter column 9: expected ')' after '(', found '1'");
  EXPECT_EQ(problem("a = now() - 7"),
            "filter column 13: expected INTERVAL, as in INTERVAL '7 days' after '-', found '7'");
  EXPECT_EQ(problem("a = now() - interval 7"),
            "filter column 22: expected an interval in quotes, as in '7 days' after 'interval', "
            "found '7'");
  EXPECT_EQ(problem("a = now() - interval '7 dais'"),
            "filter column 22: '7 dais' is no interval: expected a unit from milliseconds to years "
            "after 7, did you mean days");
  EXPECT_EQ(problem("a = now() - interval '-7 days'"),
            "filter column 22: '-7 days' is no interval: expected a whole number, as in 7 days");
}

TEST(FilterLiteral, parameters_stand_for_values) {
  EXPECT_EQ(read(":x", {{"x", 5}}), Value(5));
  EXPECT_EQ(read(":größe", {{"größe", "it's"}}), Value("it's"));
  EXPECT_EQ(read("[:x, 2, :x]", {{"x", 1}}), Value(List{1, 2, 1}));
  EXPECT_EQ(read(":list", {{"list", List{1, "y"}}}), Value(List{1, "y"}));
  EXPECT_EQ(read(":t", {{"t", Object{{"$now", "-1 week"}}}}), now("-7 days"));
  EXPECT_EQ(*parse_filter("a IN :list AND b BETWEEN :low AND :high",
                          {{"list", List{1, 2}}, {"low", 1}, {"high", 2}}),
            *parse_filter("a IN (1, 2) AND b BETWEEN 1 AND 2"));
  EXPECT_EQ(*parse_filter("a NOT IN (:x, 2) AND b MATCHES :p", {{"x", 1}, {"p", "\\d"}}),
            *parse_filter("a NOT IN (1, 2) AND b MATCHES '\\d'"));
}

TEST(FilterLiteral, parameters_are_given_and_used) {
  EXPECT_EQ(problem("a = :yaer", {{"year", 5}}),
            "filter column 5: the parameter ':yaer' is not given, did you mean ':year'");
  EXPECT_EQ(problem("a = :x"), "filter column 5: the parameter ':x' is not given");
  EXPECT_EQ(problem("a = :x", {{"x", 1}, {"y", 2}}), "the filter does not use the parameter ':y'");
  EXPECT_EQ(problem("a = : x", {{"x", 1}}), "filter column 5: unexpected character ':'");
  EXPECT_EQ(problem("a LIKE :x", {{"x", 1}}), "filter column 8: LIKE needs a string, found 1");
  EXPECT_EQ(problem("a = :x", {{"x", nullptr}}),
            "filter column 5: nothing equals NULL: use IS NULL");
  EXPECT_EQ(problem("a = :x", {{"x", Object{{"b", 1}}}}),
            "filter column 5: an object is not a filter value: name its members by path");
  EXPECT_EQ(problem("a IN :x", {{"x", 1}}),
            "filter column 6: the parameter ':x' of IN is no list, found 1");
  EXPECT_EQ(Filter::parse("a = :x", {{"x", 5}})->to_string(), "a = 5");
  EXPECT_FALSE(Filter("a = :x").node().ok());
}

}  // namespace
}  // namespace vecstore::query
