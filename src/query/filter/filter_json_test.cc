#include <gtest/gtest.h>

#include <string>

#include "base/random.h"
#include "query/filter/filter_tree.h"
#include "vecstore/filter.h"

namespace vecstore {
namespace {

Result<Filter> read(const std::string& json) {
  const Result<Value> value = Value::parse_json(json);
  if (!value.ok()) return value.status();
  return Filter::from_json(*value);
}

void same(const std::string& json, const char* text) {
  const Result<Filter> filter = read(json);
  ASSERT_TRUE(filter.ok()) << json << ": " << filter.status().message();
  const auto node = filter->node();
  ASSERT_TRUE(node.ok()) << json << ": " << node.status().message();
  EXPECT_EQ(**node, **Filter(text).node()) << json << " is not " << text;
}

std::string problem(const std::string& json) { return read(json).status().message(); }

TEST(FilterJson, every_operator_makes_the_tree_of_its_text) {
  same(R"({"a": {"$eq": 1}})", "a = 1");
  same(R"({"a": {"$ne": 1.0}})", "a != 1.0");
  same(R"({"a": {"$lt": 1}})", "a < 1");
  same(R"({"a": {"$lte": 1}})", "a <= 1");
  same(R"({"a": {"$gt": 1}})", "a > 1");
  same(R"({"a": {"$gte": 1}})", "a >= 1");
  same(R"({"a": {"$in": [1, "x"]}})", "a IN (1, 'x')");
  same(R"({"a": {"$in": []}})", "a IN ()");
  same(R"({"a": {"$nin": [1]}})", "a NOT IN (1)");
  same(R"({"a": {"$between": [1, 2]}})", "a BETWEEN 1 AND 2");
  same(R"({"a": {"$contains": "x"}})", "a CONTAINS 'x'");
  same(R"({"a": {"$startswith": "x"}})", "a STARTSWITH 'x'");
  same(R"({"a": {"$endswith": "x"}})", "a ENDSWITH 'x'");
  same(R"({"a": {"$like": "x%"}})", "a LIKE 'x%'");
  same(R"({"a": {"$contains_any": ["x", 1]}})", "a CONTAINS_ANY ('x', 1)");
  same(R"({"a": {"$contains_all": []}})", "a CONTAINS_ALL ()");
  same(R"({"a": {"$matches": "^\\d+$"}})", "a MATCHES '^\\d+$'");
  same(R"({"a": {"$any": {"$ne": "x"}}})", "ANY(a) != 'x'");
  same(R"({"a": {"$all": {"$gte": 1, "$lt": 5}}})", "ALL(a) >= 1 AND ALL(a) < 5");
  same(R"({"a": {"$any": "x"}})", "ANY(a) = 'x'");
  same(R"({"a": {"$len": 2}})", "LEN(a) = 2");
  same(R"({"a": {"$len": {"$gt": 2}, "$exists": true}})", "LEN(a) > 2 AND EXISTS(a)");
  same(R"({"a": {"$not": {"$all": {"$exists": true}}}})", "NOT ALL(a) IS NOT NULL");
  same(R"({"a": {"$exists": true}})", "EXISTS(a)");
  same(R"({"a": {"$exists": false}})", "a IS NULL");
  same(R"({"a": {"$not": {"$gt": 1, "$lt": 5}}})", "NOT (a > 1 AND a < 5)");
}

TEST(FilterJson, a_bare_value_is_equality) {
  same(R"({"lang": "en"})", "lang = 'en'");
  same(R"({"tags": ["x", 1]})", "tags = ['x', 1]");
  same(R"({"on": false})", "on = FALSE");
}

TEST(FilterJson, times_are_objects) {
  same(R"({"a": {"$gte": {"$timestamp": "2024-05-01"}}})", "a >= TIMESTAMP '2024-05-01'");
  same(R"({"a": {"$timestamp": "2024-05-01"}})", "a = TIMESTAMP '2024-05-01'");
  same(R"({"$created_at": {"$gt": {"$now": "-1 week"}}})",
       "$created_at > now() - INTERVAL '7 days'");
  same(R"({"a": {"$between": [{"$now": "-1 day"}, {"$now": ""}]}})",
       "a BETWEEN now() - INTERVAL '1 day' AND now()");
  EXPECT_EQ(problem(R"({"a": {"$gt": {"$now": "7 days"}}})"),
            "filter: field 'a': '7 days' is no interval: expected + or -, as in -7 days");
  EXPECT_EQ(problem(R"({"a": {"$gt": {"$timestamp": "soon"}}})"),
            "filter: field 'a': 'soon' is no ISO 8601 time like 2024-05-01T10:00Z");
  EXPECT_EQ(problem(R"({"a": {"$gt": {"$timestamp": 5}}})"),
            "filter: field 'a': $timestamp needs a string, found 5");
}

TEST(FilterJson, members_are_joined_by_and) {
  same(R"({"year": {"$gte": 2020, "$lt": 2025}, "tags": {"$contains": "x"}, "lang": "en"})",
       "year >= 2020 AND year < 2025 AND tags CONTAINS 'x' AND lang = 'en'");
}

TEST(FilterJson, groups_nest_and_dissolve_as_in_text) {
  same(R"({"$or": [{"a": 1}, {"b": 2, "c": 3}]})", "a=1 OR b=2 AND c=3");
  same(R"({"$and": [{"a": 1}, {"$and": [{"b": 2}, {"c": 3}]}]})", "a=1 AND b=2 AND c=3");
  same(R"({"a": 1, "$or": [{"b": 2}, {"c": 3}]})", "a=1 AND (b=2 OR c=3)");
  same(R"({"$not": {"a": 1, "b": 2}})", "NOT (a=1 AND b=2)");
  same(R"({"$or": [{"a": 1}]})", "a = 1");
  same(R"({})", "TRUE");
  same(R"({"$not": {}})", "FALSE");
}

TEST(FilterJson, keys_are_paths) {
  same(R"({"a.b[0]": 1, "$.c": 2, "`odd key`": 3, "$id": "x"})",
       "a.b[0]=1 AND c=2 AND `odd key`=3 AND $id='x'");
  same(R"({"$created_at": {"$gte": "2024-05-01"}})", "$created_at >= '2024-05-01'");
}

TEST(FilterJson, errors_name_the_field_and_the_nearest_name) {
  EXPECT_EQ(problem(R"({"year": {"$gtt": 1}})"),
            "filter: field 'year': unknown operator '$gtt', did you mean '$gt'");
  EXPECT_EQ(problem(R"({"year": {"gte": 1}})"),
            "filter: field 'year': 'gte' is no operator: members of an object are reached by path, "
            "as in \"a.b\"");
  EXPECT_EQ(problem(R"({"$orr": []})"), "filter: unknown member '$orr', did you mean '$or'");
  EXPECT_EQ(problem(R"({"$create_at": 5})"),
            "filter: unknown member '$create_at', did you mean '$created_at'");
  EXPECT_EQ(problem(R"({"odd key": 5})"),
            "filter: field 'odd key' column 5: expected '.', '[' or the end of the path after "
            "'odd', found 'key'");
  EXPECT_EQ(problem(R"({"a": null})"), "filter: field 'a': nothing equals NULL: use IS NULL");
  EXPECT_EQ(problem(R"({"a": {}})"), "filter: field 'a': no operator, such as \"$eq\"");
  EXPECT_EQ(problem(R"({"a": {"$in": 5}})"), "filter: field 'a': $in needs a list, found 5");
  EXPECT_EQ(problem(R"({"a": {"$between": [1]}})"),
            "filter: field 'a': BETWEEN takes 2 values, found 1");
  EXPECT_EQ(problem(R"({"a": {"$exists": 1}})"),
            "filter: field 'a': $exists needs true or false, found 1");
  EXPECT_EQ(problem(R"({"a": {"$like": 1}})"), "filter: field 'a': LIKE needs a string, found 1");
  EXPECT_EQ(problem(R"({"a": {"$eq": {"b": 1}}})"),
            "filter: field 'a': an object is not a filter value: name its members by path");
  EXPECT_EQ(problem(R"({"a": {"$all": ["x"]}})"),
            "filter: field 'a': $all needs an object of operators (a list goes with $contains_any "
            "and $contains_all), found [\"x\"]");
  EXPECT_EQ(problem(R"({"a": {"$any": {"$len": 1}}})"),
            "filter: field 'a': $len stands on a field alone");
  EXPECT_EQ(problem(R"({"a": {"$len": "x"}})"),
            "filter: field 'a': LEN needs a number, found \"x\"");
  EXPECT_EQ(problem(R"({"a": {"$len": {"$like": "x"}}})"),
            "filter: field 'a': LEN is a number: LIKE does not apply");
  EXPECT_EQ(problem(R"({"$id": {"$any": "x"}})"),
            "filter: field '$id': $id is no list: ANY does not apply");
  EXPECT_EQ(problem(R"({"a": {"$matches": "(x"}})"),
            "filter: field 'a': pattern position 1: the closing ')' is missing");
  EXPECT_EQ(problem(R"({"$or": []})"), "filter: $or needs a list of filters, found []");
  EXPECT_EQ(problem(R"({"$or": {"a": 1}})"),
            "filter: $or needs a list of filters, found {\"a\":1}");
  EXPECT_EQ(problem(R"({"$and": [5]})"), "filter: a filter needs a JSON object, found 5");
  EXPECT_EQ(problem(R"("a = 1")"), "filter: a filter needs a JSON object, found \"a = 1\"");
}

TEST(FilterJson, depth_and_clauses_have_limits) {
  Value deep = Object{{"a", 1}};
  for (int i = 0; i < 1'000; ++i) deep = Object{{"$not", std::move(deep)}};
  EXPECT_EQ(Filter::from_json(deep).status().message(), "filter: more than 32 levels");

  Value operators = Object{{"$eq", 1}};
  for (int i = 0; i < 1'000; ++i) operators = Object{{"$not", std::move(operators)}};
  EXPECT_EQ(Filter::from_json(Object{{"a", operators}}).status().message(),
            "filter: field 'a': more than 32 levels");

  List many(1001, Object{{"a", 1}});
  EXPECT_EQ(Filter::from_json(Object{{"$or", many}}).status().message(),
            "filter: a filter has more than 1000 clauses");
}

}  // namespace
}  // namespace vecstore
