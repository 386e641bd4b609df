#include "vecstore/value.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace vecstore {
namespace {

Value json(std::string_view text) { return Value::parse_json(text).value(); }

std::string merged(std::string_view target, std::string_view patch) {
  Value result = json(target);
  merge_patch(*result.as_object(), *json(patch).as_object());
  return result.to_json();
}

TEST(Value, kinds_are_those_of_the_content) {
  EXPECT_TRUE(Value().is_null());
  EXPECT_TRUE(*Value(true).as_bool());
  EXPECT_EQ(*Value(std::uint32_t{4'000'000'000}).as_int(), 4'000'000'000);
  EXPECT_EQ(*Value(1.5f).as_double(), 1.5);
  EXPECT_EQ(*Value("text").as_string(), "text");
  EXPECT_EQ(Value("text").as_int(), nullptr);
  EXPECT_TRUE(Value(1).is_number() && Value(1.0).is_number() && !Value("1").is_number());
  EXPECT_NE(Value(1), Value(1.0));
}

TEST(Value, objects_keep_the_order_of_their_keys) {
  Object object{{"z", 1}, {"a", List{"x", 2}}};
  object["m"] = Object{{"deep", nullptr}};
  object["z"] = 9;
  EXPECT_EQ(Value(object).to_json(), R"({"z":9,"a":["x",2],"m":{"deep":null}})");
  EXPECT_TRUE(object.erase("a"));
  EXPECT_FALSE(object.erase("a"));
  EXPECT_EQ(object.find("a"), nullptr);
  EXPECT_EQ(*object.find("z"), Value(9));
  EXPECT_EQ(object.size(), 2u);
}

TEST(Value, a_key_given_twice_keeps_its_place_and_the_last_value) {
  EXPECT_EQ(Value(Object{{"a", 1}, {"b", 2}, {"a", 3}}).to_json(), R"({"a":3,"b":2})");
  std::vector<Object::Member> members;
  for (int i = 0; i < 1'000; ++i) members.push_back({std::to_string(i % 300), i});
  const Object object = Object::from_members(members);
  EXPECT_EQ(object.size(), 300u);
  EXPECT_EQ(object.begin()->key, "0");
  EXPECT_EQ(*object.find("0"), Value(900));
  EXPECT_EQ(*object.find("299"), Value(899));
}

TEST(Value, equality_of_objects_ignores_order) {
  EXPECT_EQ(json(R"({"a":1,"b":[2]})"), json(R"({"b":[2],"a":1})"));
  EXPECT_NE(json(R"({"a":1})"), json(R"({"a":1,"b":2})"));
  EXPECT_NE(json(R"({"a":1})"), json(R"({"b":1})"));
  EXPECT_NE(json(R"({"a":1})"), json(R"({"a":1.0})"));
  EXPECT_NE(json("[1,2]"), json("[2,1]"));
}

TEST(Value, the_order_over_all_values_is_total) {
  const double inf = std::numeric_limits<double>::infinity();
  const Value ascending[] = {
      Value(),
      false,
      true,
      -inf,
      INT64_MIN,
      -1.5,
      -1,
      0,
      0.5,
      9007199254740992,
      9007199254740993,
      9007199254740994.0,
      INT64_MAX,
      0x1p63,
      inf,
      std::nan(""),
      "",
      "B",
      "a",
      "\xC3\xA9",
      List{},
      List{1},
      List{1, 2},
      List{2},
      Object{},
      Object{{"a", 1}},
      Object{{"b", 5}, {"a", 1}},
      Object{{"a", 2}},
      Object{{"b", 0}},
  };
  for (const Value& a : ascending) {
    for (const Value& b : ascending) {
      const int expected = &a < &b ? -1 : &a > &b ? 1 : 0;
      EXPECT_EQ(compare_values(a, b), expected) << a.to_json() << " and " << b.to_json();
    }
  }
}

TEST(Value, numbers_compare_by_value_whatever_their_kind) {
  EXPECT_EQ(compare_values(1, 1.0), 0);
  EXPECT_EQ(compare_values(0, -0.0), 0);
  EXPECT_EQ(compare_values(INT64_MIN, -0x1p63), 0);
  EXPECT_EQ(compare_values(INT64_MAX, 0x1p63), -1);
  EXPECT_EQ(compare_values(-1, -1.5), 1);
}

// RFC 7396, appendix A, as far as it is about objects.
TEST(Value, merge_patch_follows_the_rfc) {
  EXPECT_EQ(merged(R"({"a":"b"})", R"({"a":"c"})"), R"({"a":"c"})");
  EXPECT_EQ(merged(R"({"a":"b"})", R"({"b":"c"})"), R"({"a":"b","b":"c"})");
  EXPECT_EQ(merged(R"({"a":"b"})", R"({"a":null})"), "{}");
  EXPECT_EQ(merged(R"({"a":"b","b":"c"})", R"({"a":null})"), R"({"b":"c"})");
  EXPECT_EQ(merged(R"({"a":["b"]})", R"({"a":"c"})"), R"({"a":"c"})");
  EXPECT_EQ(merged(R"({"a":"c"})", R"({"a":["b"]})"), R"({"a":["b"]})");
  EXPECT_EQ(merged(R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})"), R"({"a":{"b":"d"}})");
  EXPECT_EQ(merged(R"({"a":[{"b":"c"}]})", R"({"a":[1]})"), R"({"a":[1]})");
  EXPECT_EQ(merged(R"({"e":null})", R"({"a":1})"), R"({"e":null,"a":1})");
  EXPECT_EQ(merged("{}", R"({"a":{"bb":{"ccc":null}}})"), R"({"a":{"bb":{}}})");
  EXPECT_EQ(merged(R"({"a":1})", R"({"a":{"b":2,"c":null}})"), R"({"a":{"b":2}})");
}

}  // namespace
}  // namespace vecstore
